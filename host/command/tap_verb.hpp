/// `drover tap PATTERN`: prints messages as they pass, without slowing the fleet. The socket is
/// held by a child, `drover-agent --tap`: this program has no libzmq.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace drover {

struct TapOptions {
    std::filesystem::path state_directory;
    std::string pattern;
    std::uint64_t count = 0;  ///< 0: until Ctrl-C.
    bool as_json = false;
};

/// Returns the exit code.
[[nodiscard]] int run_tap(const TapOptions& options);

}  // namespace drover
