#include "daemon/plugin_upgrade.hpp"

#include <cstdint>
#include <utility>
#include <vector>

#include "base/json_value.hpp"
#include "supervisor/reasons.hpp"

namespace drover {
namespace {

constexpr std::int64_t default_trial_ms = 60'000;
constexpr std::int64_t longest_trial_ms = std::int64_t{24} * 3600 * 1000;

}  // namespace

PluginUpgrade::PluginUpgrade(Workplace place,
                             FleetSupervisor& supervisor,
                             UnitProcesses& processes,
                             FleetApplication& application,
                             UpgradedPlugins plugins,
                             Fulfil fulfil)
    : place_(std::move(place)),
      supervisor_(supervisor),
      processes_(processes),
      application_(application),
      plugins_(std::move(plugins)),
      fulfil_(std::move(fulfil)),
      rehearsal_(place_, processes_) {}

// --- what is asked

DescribeOptions PluginUpgrade::describing() const {
    DescribeOptions options;
    options.agent_program = place_.programs / "drover-agent";
    options.cache = place_.state.descriptions();
    options.failures = Failures::take;
    return options;
}

Result<FleetEntry> PluginUpgrade::tried_entry(const std::string& agent,
                                              const std::filesystem::path& file) const {
    const auto before = entry_of(place_.fleet, agent);
    std::vector<std::filesystem::path> files{file};
    if (before) {
        files.push_back(before->config.plugin_file);
    }
    const auto libraries = describe_in_children(files, describing());
    auto entry = exchange_plugin(place_.fleet, agent, file, libraries.front());
    if (!entry) {
        return entry;
    }
    const DescribedLibrary& now = libraries.back();
    if (!now || now.value()->build_id != before->prepared.library->build_id) {
        return Error{ErrorKind::refused,
                     "The file " + files.back().string() + " was replaced since '" + agent +
                         "' took it, so there would be no way back. Give a new build a name of "
                         "its own. Nothing has changed."};
    }
    return entry;
}

RpcAnswer PluginUpgrade::begin(const Json& params, Monotonic now) {
    const auto name = value_or<std::string>(params, "name", "");
    const std::filesystem::path file = value_or<std::string>(params, "file", "");
    const auto trial_ms = value_or<std::int64_t>(params, "trial_ms", default_trial_ms);
    if (trial_ms < 1 || trial_ms > longest_trial_ms) {
        return RpcError{RpcError::invalid_parameters,
                        "'trial_ms' must be 1 to " + std::to_string(longest_trial_ms) +
                            ", the milliseconds of a day."};
    }
    if (name.empty()) {
        return RpcError{RpcError::invalid_parameters, "'name' must say which agent to upgrade."};
    }
    if (!file.is_absolute()) {
        return RpcError{RpcError::invalid_parameters,
                        "'file' must be an absolute path, and this is '" + file.string() + "'."};
    }
    if (const std::string why = obstacle(); !why.empty()) {
        return RpcError{RpcError::refused, why};
    }
    const AgentConfig* const agent = place_.fleet.config.find(name);
    if (agent != nullptr && (!agent->enabled || supervisor_.is_resting(name))) {
        return RpcError{RpcError::refused,
                        "'" + name +
                            "' is not to run now, so nothing could be tried: start it, or "
                            "write the new file into agents.yaml and apply it."};
    }
    auto entry = tried_entry(name, file);
    if (!entry) {
        return rpc_failure(entry.error());
    }
    new_ = std::move(entry.value());
    old_ = *entry_of(place_.fleet, name);
    const UpgradedPlugin* const earlier = plugins_.find(name);
    upgrade_ = {name,
                file,
                old_.config.plugin_file,
                earlier == nullptr ? old_.config.plugin_file : earlier->written,
                std::to_string(wall_now()),
                UpgradedPlugin::Stage::trial,
                std::chrono::milliseconds(trial_ms),
                std::nullopt,
                value_or<std::string>(params, "by", "a client of the control socket")};
    record("upgrade_started",
           name + ": " + file.string() + " is tried in the place of " + upgrade_.before.string() +
               ", for " + duration_text(upgrade_.trial));
    if (value_or(params, "rehearsal", true)) {
        stage_ = Stage::rehearsing;
        rehearsal_.begin(new_, now);
    } else {
        begin_to_prepare(now);
    }
    return promise_of_trial;
}

std::string PluginUpgrade::obstacle() const {
    return stage_ == Stage::none
               ? ""
               : "'" + upgrade_.agent + "' is being upgraded to " + upgrade_.file.string() +
                     "; 'drover describe " + upgrade_.agent +
                     "' shows how far it is. Nothing has changed.";
}

// --- at the start

void PluginUpgrade::begin_anew() {
    rehearsal_.remove_copies();
    for (const UpgradedPlugin& plugin : std::vector<UpgradedPlugin>(plugins_.all())) {
        const bool is_known = place_.fleet.config.find(plugin.agent) != nullptr;
        place_.log.info(plugin.agent + " runs with the plugin of agents.yaml; the upgrade to " +
                        plugin.file.string() + " was for the fleet that has ended.");
        if (plugin.stage == UpgradedPlugin::Stage::passed || !is_known) {
            complain(plugins_.forget(plugin.agent));
            continue;
        }
        UpgradedPlugin returning = plugin;
        returning.stage = UpgradedPlugin::Stage::returning;
        place_.messages.order_state(plugin.agent, FleetMessages::restore_state, plugin.mark);
        complain(plugins_.set(std::move(returning)));
    }
}

void PluginUpgrade::go_on() {
    rehearsal_.remove_copies();
    for (const UpgradedPlugin& plugin : std::vector<UpgradedPlugin>(plugins_.all())) {
        const auto taken = go_on_with(plugin);
        if (!taken) {
            place_.log.error("The upgrade of " + plugin.agent +
                             " is given up: " + taken.error().message);
            complain(plugins_.forget(plugin.agent));
        }
    }
}

Result<void> PluginUpgrade::take(const std::string& agent, const std::filesystem::path& file) {
    const auto now = entry_of(place_.fleet, agent);
    if (now && now->config.plugin_file == file) {
        return success();
    }
    const auto library = describe_in_child(file, describing());
    auto entry = exchange_plugin(place_.fleet, agent, file, library);
    if (!entry) {
        return entry.error();
    }
    put_entry(place_.fleet, entry.value());
    return success();
}

Result<void> PluginUpgrade::go_on_with(const UpgradedPlugin& plugin) {
    if (plugin.stage == UpgradedPlugin::Stage::passed) {
        return take(plugin.agent, plugin.file);
    }
    if (auto taken = take(plugin.agent, plugin.before); !taken) {
        return taken;
    }
    FleetEntry before = *entry_of(place_.fleet, plugin.agent);
    if (auto taken = take(plugin.agent, plugin.file); !taken) {
        return taken;
    }
    upgrade_ = plugin;
    old_ = std::move(before);
    new_ = *entry_of(place_.fleet, plugin.agent);
    const bool returns = plugin.stage == UpgradedPlugin::Stage::returning;
    stage_ = returns ? Stage::returning : Stage::switching;
    put_entry(place_.fleet, returns ? old_ : new_);
    place_.messages.order_state(plugin.agent,
                                returns ? FleetMessages::restore_state : FleetMessages::keep_state,
                                plugin.mark);
    return success();
}

}  // namespace drover
