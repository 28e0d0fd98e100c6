/// `drover describe`: what an agent of the running fleet is and did, or what a plugin file offers.
#pragma once

#include <filesystem>
#include <string>

namespace drover {

struct DescribeVerbOptions {
    std::filesystem::path state_directory;
    std::string subject;  ///< An agent's name, or a file: with a slash or ending in ".so".
    bool as_json = false;
};

/// Returns the exit code.
[[nodiscard]] int run_describe(const DescribeVerbOptions& options);

}  // namespace drover
