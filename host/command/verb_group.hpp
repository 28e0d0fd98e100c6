/// Verbs that belong together, and the options they parse into.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace drover {

/// What the groups of verbs have in common. Must live as long as the command line.
class VerbGroup {
public:
    /// Verbs and what runs each.
    using Verbs = std::vector<std::pair<CLI::App*, std::function<int()>>>;

protected:
    VerbGroup() = default;
    ~VerbGroup() = default;

    /// All that it is given must live as long as this.
    void begin(CLI::App& app, std::filesystem::path& state_directory, Verbs& verbs);
    /// A verb with --state-dir.
    CLI::App& add_verb(const std::string& name,
                       const std::string& purpose,
                       std::function<int()> run);
    /// A verb that needs no fleet.
    CLI::App& add_plain_verb(const std::string& name,
                             const std::string& purpose,
                             std::function<int()> run);
    [[nodiscard]] CLI::App& app() const { return *app_; }
    [[nodiscard]] const std::filesystem::path& state_directory() const { return *state_directory_; }

private:
    CLI::App* app_ = nullptr;
    std::filesystem::path* state_directory_ = nullptr;
    Verbs* verbs_ = nullptr;
};

}  // namespace drover
