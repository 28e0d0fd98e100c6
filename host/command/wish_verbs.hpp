/// The verbs that change or wait for the state of agents: start, stop, restart,
/// is-ready, signal, scale, upgrade.
#pragma once

#include <filesystem>
#include <string>

#include "command/plugin_upgrade_verb.hpp"
#include "command/ready_verb.hpp"
#include "command/scale_verb.hpp"
#include "command/self_upgrade_verb.hpp"
#include "command/signal_verb.hpp"
#include "command/verb_group.hpp"
#include "command/wish_verb.hpp"

namespace drover {

class WishVerbs : private VerbGroup {
public:
    using VerbGroup::Verbs;

    /// All that it is given must live as long as this.
    void add_to(CLI::App& app, std::filesystem::path& state_directory, Verbs& verbs);

private:
    void add_wish(const std::string& name,
                  const std::string& purpose,
                  WishOptions& options,
                  Wish wish);
    void add_ready();
    void add_signal();
    void add_scale();
    void add_upgrade();
    [[nodiscard]] int run_upgrade();

    WishOptions start_;
    WishOptions stop_;
    WishOptions restart_;
    ReadyOptions ready_;
    SignalOptions signal_;
    ScaleOptions scale_;
    bool upgrades_itself_ = false;
    std::string upgraded_;  ///< An agent, or another droverd.
    PluginUpgradeOptions upgrade_;
};

}  // namespace drover
