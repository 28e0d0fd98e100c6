/// The everyday aids: completion of shells.
#pragma once

#include <filesystem>
#include <functional>
#include <utility>
#include <vector>

#include "command/completion_verb.hpp"

namespace CLI {
class App;
}

namespace drover {

class AidVerbs {
public:
    /// Verbs and what runs each.
    using Verbs = std::vector<std::pair<CLI::App*, std::function<int()>>>;

    /// All that it is given must live as long as this.
    void add_to(CLI::App& app, std::filesystem::path& state_directory, Verbs& verbs);

private:
    void add_completion();

    CLI::App* app_ = nullptr;
    std::filesystem::path* state_directory_ = nullptr;
    Verbs* verbs_ = nullptr;
    CompletionOptions completion_;
};

}  // namespace drover
