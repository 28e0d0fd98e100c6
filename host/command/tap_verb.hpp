/// `drover tap PATTERN`: prints messages as they pass, without slowing the fleet; with `--from`
/// first those that the durable log has, also when no fleet runs. `--socket` tells
/// other programs where to listen and how to read what they hear. The socket is
/// held by a child, `drover-agent --tap`: this program has no libzmq.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace drover {

struct TapOptions {
    std::filesystem::path state_directory;
    std::string pattern;
    std::string from;         ///< Where in the log to begin, see parse_tap_start; empty: now.
    std::uint64_t count = 0;  ///< 0: until Ctrl-C.
    std::uint64_t rate = 0;   ///< Messages a second at most; 0: all.
    bool as_json = false;
    bool asks_for_socket = false;  ///< Prints where the socket is and what comes on it, as JSON.
    std::string listen;   ///< With asks_for_socket: serves other machines at this tcp endpoint.
    std::string new_key;  ///< Makes a client's key pair in this file.
};

/// Returns the exit code.
[[nodiscard]] int run_tap(const TapOptions& options);

}  // namespace drover
