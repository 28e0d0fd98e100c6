/// How long a person may wait for the reply of an agent: what the command takes, and droverd too.
#pragma once

#include <chrono>

namespace drover {

inline constexpr std::chrono::milliseconds shortest_reply_wait{1};
inline constexpr std::chrono::milliseconds longest_reply_wait = std::chrono::hours(1);

}  // namespace drover
