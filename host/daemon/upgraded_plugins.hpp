/// Which agents run another plugin than agents.yaml says, because `drover upgrade` gave it to them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "base/result.hpp"
#include "config/fleet_config.hpp"

namespace drover {

struct UpgradedPlugin {
    enum class Stage {
        trial,     ///< It may still be gone back from.
        passed,    ///< It stays, until a file is applied or the fleet starts anew.
        returning  ///< The plugin before it starts again, with the state that it had.
    };
    std::string agent;
    std::filesystem::path file;     ///< The new one.
    std::filesystem::path before;   ///< What is returned to: `written`, or an earlier upgrade's.
    std::filesystem::path written;  ///< The one that agents.yaml names.
    std::string mark;               ///< Of the state that was kept.
    Stage stage = Stage::trial;
    Nanoseconds trial{};
    std::optional<pid_t> other;  ///< A process of the agent that is not the one that is waited for.
    std::string by;              ///< Who asked for it.
    std::string reason{};        ///< Of `returning`.
};

[[nodiscard]] std::string_view text_of(UpgradedPlugin::Stage stage);

/// STATE/upgraded.json. One thread. An entry an agent.
class UpgradedPlugins {
public:
    /// Reads the file; a missing one is empty. Fails with `invalid` when it cannot be understood.
    [[nodiscard]] static Result<UpgradedPlugins> open(const std::filesystem::path& file);

    /// As if there were no file. `trouble`: why one that is there counts for nothing.
    [[nodiscard]] static UpgradedPlugins none(const std::filesystem::path& file,
                                              std::string trouble = {}) {
        UpgradedPlugins plugins(file);
        plugins.trouble_ = std::move(trouble);
        return plugins;
    }
    /// Why the file that is there counts for nothing, until another one is written; or empty.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }

    [[nodiscard]] const std::vector<UpgradedPlugin>& all() const { return plugins_; }
    [[nodiscard]] const UpgradedPlugin* find(const std::string& agent) const;
    /// Both are on disk when they return. Failing to write them fails with `unavailable`; what is
    /// known here has changed nevertheless.
    [[nodiscard]] Result<void> set(UpgradedPlugin plugin);
    [[nodiscard]] Result<void> forget(const std::string& agent);

private:
    explicit UpgradedPlugins(std::filesystem::path file) : file_(std::move(file)) {}
    [[nodiscard]] Result<void> save();

    std::filesystem::path file_;
    std::vector<UpgradedPlugin> plugins_;
    std::string trouble_;
};

}  // namespace drover
