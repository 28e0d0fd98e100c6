/// `drover request AGENT PORT JSON`: asks a running agent and prints its one reply.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace drover {

struct RequestOptions {
    std::filesystem::path state_directory;
    std::string agent;
    std::string port;
    std::string body;
    std::chrono::milliseconds timeout = std::chrono::seconds(5);
    bool as_json = false;
};

/// Returns the exit code: `exit_failed` when the agent answered a failure or was lost, `exit_usage`
/// for a body that is no JSON and names that do not exist, `exit_timed_out`.
[[nodiscard]] int run_request(const RequestOptions& options);

}  // namespace drover
