/// What this host calls itself: to plugins, and in recordings.
#pragma once

namespace drover {

inline constexpr const char* host_version = "drover 0.1.0";

}  // namespace drover
