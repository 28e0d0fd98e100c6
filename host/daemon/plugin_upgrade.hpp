/// `upgrade`: another plugin for an agent that runs, on trial. It is rehearsed and loaded beside
/// the old one, takes over its state, is watched, and made way for the old one again when it fails.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "daemon/control_server.hpp"
#include "daemon/fleet_application.hpp"
#include "daemon/plugin_rehearsal.hpp"
#include "daemon/unit_processes.hpp"
#include "daemon/upgraded_plugins.hpp"
#include "fleet/plugin_exchange.hpp"

namespace drover {

/// One upgrade at a time. One thread. All that it is given is lent and must live longer. Describing
/// a plugin that is not in the cache waits for a child: `drover upgrade` fills the cache first.
class PluginUpgrade {
public:
    using Fulfil = std::function<void(RpcPromise promise, RpcAnswer answer)>;

    PluginUpgrade(Workplace place,
                  FleetSupervisor& supervisor,
                  UnitProcesses& processes,
                  FleetApplication& application,
                  UpgradedPlugins plugins,
                  Fulfil fulfil);

    /// `upgrade {name, file, trial_ms?, rehearsal?, by?}`: the promise of an answer, which comes
    /// when the rehearsal has failed, when the trial has passed or when the old plugin runs again;
    /// see docs/control_channel.md.
    [[nodiscard]] RpcAnswer begin(const Json& params, Monotonic now);

    /// @name At the start of a supervisor, before it starts or resumes anything.
    /// @{
    /// Agents have the plugins of their file; a trial that was not over ends with the state before.
    void begin_anew();
    /// Agents have the plugins that the last supervisor gave them; a trial begins anew.
    void go_on();
    /// @}

    /// A change that the supervisor made. Called from inside it, before anything is spawned.
    void heard(const UnitChange& change);
    /// Does what is due; call it after every turn of the loop.
    void tick(Monotonic now);
    [[nodiscard]] std::optional<Monotonic> next_deadline() const {
        return stage_ == Stage::rehearsing ? rehearsal_.next_deadline() : deadline_;
    }
    /// A file was taken: agents have the plugins that it names.
    void file_taken();

    /// Why nothing else may change the fleet now; empty: it may.
    [[nodiscard]] std::string obstacle() const;
    [[nodiscard]] const UpgradedPlugins& plugins() const { return plugins_; }

private:
    enum class Stage {
        none,
        rehearsing,  ///< A process of the new plugin shows whether it gets ready.
        preparing,   ///< A second process loads the new plugin.
        switching,   ///< The new one is about to run, or to run again.
        trial,
        returning  ///< The old one is about to run again.
    };

    struct Situation {
        UnitStatus status;
        std::optional<pid_t> pid;  ///< Of the process that runs now.
        [[nodiscard]] bool runs() const {
            return status.state == AgentState::running && pid.has_value();
        }
    };

    /// Promises of other methods count from 1, and that of upgrade_self is the last number.
    static constexpr RpcPromise promise_of_trial{~std::uint64_t{0} - 1};

    [[nodiscard]] Result<FleetEntry> tried_entry(const std::string& agent,
                                                 const std::filesystem::path& file) const;
    [[nodiscard]] DescribeOptions describing() const;
    [[nodiscard]] Result<void> go_on_with(const UpgradedPlugin& plugin);
    /// Gives the agent the plugin, unless it has it.
    [[nodiscard]] Result<void> take(const std::string& agent, const std::filesystem::path& file);
    /// Limits, a sandbox and an env_file hold from a process's first instruction: none is started
    /// ahead for an agent that has them.
    [[nodiscard]] bool can_be_prepared() const { return can_stand_by(new_.config); }
    [[nodiscard]] Situation situation(Monotonic now) const;
    void note(UpgradedPlugin::Stage stage);
    /// It is over, and the agent stays with `file`.
    void note_over(const std::filesystem::path& file);
    void complain(const Result<void>& done);
    void record(const char* event, const std::string& what);

    void wait_for_rehearsal(Monotonic now);
    void begin_to_prepare(Monotonic now);
    void prepare(Monotonic now);
    void switch_over(Monotonic now);
    void wait_for_new(Monotonic now);
    void watch_trial(Monotonic now);
    void fail(const std::string& why, std::optional<pid_t> failed);
    void wait_for_old(Monotonic now);
    void give_up(const std::string& why);
    void refuse(const PluginRehearsal::Outcome& outcome);
    void pass();
    void finish(Json answer);

    Workplace place_;
    FleetSupervisor& supervisor_;
    UnitProcesses& processes_;
    FleetApplication& application_;
    UpgradedPlugins plugins_;
    Fulfil fulfil_;
    PluginRehearsal rehearsal_;
    Stage stage_ = Stage::none;
    UpgradedPlugin upgrade_;
    FleetEntry old_;
    FleetEntry new_;
    std::optional<Monotonic> deadline_;
    bool is_return_ordered_ = false;
};

}  // namespace drover
