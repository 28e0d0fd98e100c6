/// `drover start|stop|restart`: wishes told to droverd.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace drover {

struct ControlOptions {
    std::filesystem::path state_directory;
    std::string method;              ///< "start", "stop" or "restart".
    std::vector<std::string> names;  ///< Or all.
    bool all = false;
};

/// Returns the exit code once droverd has taken the wish.
[[nodiscard]] int run_control(const ControlOptions& options);

}  // namespace drover
