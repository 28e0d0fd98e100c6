/// `drover why`: the causal chain of an order, with the words that each agent gave.
#pragma once

#include <filesystem>
#include <string>

namespace drover {

struct WhyOptions {
    std::filesystem::path state_directory;
    std::string id;
    std::filesystem::path file;  ///< A recording; empty: the one that runs now, if one does.
    bool as_json = false;
};

/// Returns the exit code: 1 when nothing mentions the id.
[[nodiscard]] int run_why(const WhyOptions& options);

}  // namespace drover
