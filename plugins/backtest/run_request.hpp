/// What a request to the runner agent asks for, read and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drover {

/// A run as it was asked for.
struct RunRequest {
    std::string label;       ///< Empty where none was given.
    std::string simulation;  ///< The JSON object that drover.simulation/1 takes.
};

/// Reads {"file"?, "from"?, "to"?, "set"?, "label"?}; empty text is {}. `set` is a map from
/// "AGENT.KEY" to values, or a list of "AGENT.KEY=VALUE". Throws Failure (INVALID) with a sentence
/// that names the key at fault.
[[nodiscard]] RunRequest read_run_request(std::string_view json);

/// Which run a request to cancel means: one of the two is there.
struct CancelRequest {
    std::optional<std::uint64_t> run;
    std::string label;
};

/// Reads {"run": NUMBER} or {"label": TEXT}. Throws Failure (INVALID).
[[nodiscard]] CancelRequest read_cancel_request(std::string_view json);

}  // namespace drover
