/// `drover record`: writes down what every agent is given and gives.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace drover {

struct RecordOptions {
    std::filesystem::path state_directory;
    std::filesystem::path file;
    std::vector<std::string> patterns;  ///< Of topics; empty: everything.
    std::vector<std::string> agents;    ///< Empty: all.
    std::optional<std::uint64_t> count;
    std::optional<std::chrono::milliseconds> duration;
    bool restart = false;  ///< Begin every recorded agent anew, so that its life is whole.
};

/// Records until it is interrupted, has enough, or the fleet ends. Returns the exit code.
[[nodiscard]] int run_record(const RecordOptions& options);

}  // namespace drover
