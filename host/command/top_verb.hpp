/// `drover top`: the fleet live on the whole screen, sorted as a person wants.
#pragma once

#include <chrono>
#include <filesystem>

#include "command/top_table.hpp"

namespace drover {

struct TopOptions {
    std::filesystem::path state_directory;
    std::chrono::milliseconds interval = std::chrono::seconds(1);
    TopColumn sorted_by = TopColumn::cpu;
};

/// Returns the exit code. Ends with 1 where there is no terminal.
[[nodiscard]] int run_top(const TopOptions& options);

}  // namespace drover
