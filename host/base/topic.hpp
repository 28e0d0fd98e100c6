/// Topics and the patterns that match them, as NATS matches subjects.
#pragma once

#include <string_view>

namespace drover {

/// Whether `topic` is a plain topic: tokens of visible characters joined by dots, no empty token,
/// no `*` or `>`, at most 200 bytes.
[[nodiscard]] bool is_topic(std::string_view topic);

/// Whether `pattern` is a topic in which tokens may be `*` (one token) and the last may be `>`
/// (one or more tokens).
[[nodiscard]] bool is_topic_pattern(std::string_view pattern);

/// Whether `pattern` matches `topic`. Both must be valid.
[[nodiscard]] bool topic_matches(std::string_view pattern, std::string_view topic);

/// Whether every topic that `inner` matches is matched by `outer` too. Both must be valid patterns.
[[nodiscard]] bool pattern_covers(std::string_view outer, std::string_view inner);

/// Whether some topic is matched by both patterns. Both must be valid.
[[nodiscard]] bool patterns_overlap(std::string_view left, std::string_view right);

}  // namespace drover
