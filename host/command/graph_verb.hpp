/// `drover graph`: who starts after whom, and who publishes what to whom.
#pragma once

#include <filesystem>
#include <optional>

namespace drover {

enum class GraphForm { text, dot, mermaid, json };

struct GraphOptions {
    std::filesystem::path state_directory;
    std::optional<std::filesystem::path> file;  ///< Nothing: the running fleet.
    GraphForm form = GraphForm::text;
};

/// Returns the exit code.
[[nodiscard]] int run_graph(const GraphOptions& options);

}  // namespace drover
