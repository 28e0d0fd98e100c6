/// Names of agents, and help for those who mistype them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace drover {

/// Whether `name` may name an agent: 1 to 48 of a-z 0-9 - _ ., beginning with a letter.
[[nodiscard]] bool is_agent_name(std::string_view name);

/// What the log of an agent is called, without ".log". A number at the end of a name stands behind
/// an @, which no name has: broker@1.log is the log of broker.1, and broker.1.log an older part of
/// that of broker.
[[nodiscard]] std::string log_stem_of(std::string_view agent);
/// The agent whose log is called so.
[[nodiscard]] std::string agent_of_log_stem(std::string_view stem);

/// The known name nearest to `name` by edit distance, when it is near enough to be a slip.
[[nodiscard]] std::optional<std::string> closest_name(std::string_view name,
                                                      std::span<const std::string> known);

/// " Did you mean 'x'?" or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view name, std::span<const std::string> known);

}  // namespace drover
