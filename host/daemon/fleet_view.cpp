#include "daemon/fleet_view.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include <unistd.h>

#include <drover/description.h>

#include "base/json_value.hpp"
#include "base/message_type.hpp"
#include "config/overlay.hpp"
#include "daemon/unit_counts.hpp"
#include "fleet/fleet_graph.hpp"
#include "process/kill_switch_page.hpp"

namespace drover {
namespace {

/// Seconds with milliseconds: what people and scripts read.
double seconds_of(Nanoseconds duration) {
    constexpr double per_second = 1000;
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(duration);
    return static_cast<double>(milliseconds.count()) / per_second;
}

/// Wall time of a monotonic moment, as text.
std::string time_text(Monotonic moment) {
    return iso_time(wall_now() - (monotonic_now() - moment).count());
}

template <typename Value>
Json or_null(const std::optional<Value>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json kill_switch_part(const std::filesystem::path& file) {
    const KillSwitchState state = KillSwitchPage::read_file(file);
    return {{"engaged", state.engaged},
            {"revision", state.revision},
            {"changed", state.changed == 0 ? Json(nullptr) : Json(iso_time(state.changed))},
            {"who", state.who},
            {"reason", state.reason}};
}

Json schedule_part(const ScheduleStanding& schedule) {
    const auto time = [](const std::optional<std::int64_t>& wall) {
        return wall ? Json(iso_time(*wall)) : Json(nullptr);
    };
    return {{"text", schedule.text},
            {"open", schedule.is_open},
            {"next_start", time(schedule.next_start)},
            {"next_stop", time(schedule.next_stop)}};
}

Json ports_of(const AgentDescription& description) {
    static constexpr std::pair<std::uint32_t, const char*> directions[] = {
        {DROVER_PORT_IN, "in"},
        {DROVER_PORT_OUT, "out"},
        {DROVER_PORT_REQUEST_SERVER, "request_server"},
        {DROVER_PORT_REQUEST_CLIENT, "request_client"}};
    Json ports = Json::array();
    for (const PortDescription& port : description.ports) {
        Json directions_of_port = Json::array();
        for (const auto& [flag, word] : directions) {
            if ((port.flags & flag) != 0) {
                directions_of_port.push_back(word);
            }
        }
        ports.push_back(
            {{"name", port.name},
             {"directions", std::move(directions_of_port)},
             {"on_demand", (port.flags & DROVER_PORT_ON_DEMAND) != 0},
             {"topic", port.topic},
             {"type",
              port.type ? Json(port.type->name + "/" + std::to_string(port.type->version))
                        : Json(nullptr)},
             {"description", port.description}});
    }
    return ports;
}

Json poison_part(const Poison& poison) {
    const auto known = [](const std::string& text) {
        return text.empty() ? Json(nullptr) : Json(text);
    };
    return {{"position", poison.position},
            {"topic", known(poison.topic)},
            {"publisher", known(poison.publisher)},
            {"crashes", poison.crashes},
            {"most_crashes", Poison::most_crashes}};
}

}  // namespace

Json FleetView::ping() const {
    return {{"pid", ::getpid()},
            {"guard_pid", facts_.guard_pid},
            {"version", facts_.version},
            {"run", facts_.run},
            {"program", facts_.program.string()},
            {"failed_upgrade", facts_.went_back.empty() ? Json(nullptr) : Json(facts_.went_back)}};
}

std::string FleetView::sentence() const {
    const Monotonic now = monotonic_now();
    std::size_t well = 0;
    std::size_t wanted = 0;
    std::string rest;
    for (const std::string& name : supervisor_.names()) {
        const UnitStatus status = supervisor_.status(name, now).value();
        if (status.state == AgentState::disabled || status.state == AgentState::scheduled) {
            continue;
        }
        ++wanted;
        if (status.state == AgentState::running && status.health == AgentHealth::healthy) {
            ++well;
        } else {
            rest +=
                "; " + name + " is " + std::string(text_of(status.state)) +
                (status.state == AgentState::running ? " and " + std::string(text_of(status.health))
                                                     : "");
        }
    }
    return std::to_string(well) + " of " + std::to_string(wanted) +
           " units are running and healthy" + rest + ".";
}

std::vector<std::string> FleetView::with_instances(const std::vector<std::string>& names) const {
    std::vector<std::string> all;
    for (const std::string& name : names) {
        const std::size_t before = all.size();
        for (const AgentConfig& agent : fleet_.config.agents) {
            if (!name.empty() && agent.instance_of == name) {
                all.push_back(agent.name);
            }
        }
        if (all.size() == before) {
            all.push_back(name);
        }
    }
    return all;
}

Json FleetView::graph() const {
    return to_json(graph_of(fleet_));
}

Json FleetView::status(const std::vector<std::string>& names) {
    const Monotonic now = monotonic_now();
    Json agents = Json::array();
    for (const std::string& name : names) {
        agents.push_back(unit_part(name, now));
    }
    return {{"supervisor", supervisor_part()}, {"agents", std::move(agents)}};
}

Json FleetView::supervisor_part() const {
    const FleetConfig& config = fleet_.config;
    Json clock = "wall";
    Json replay = nullptr;
    if (config.replay_clock) {
        clock = Json{{"replay", *config.replay_clock}};
        replay = Json{{"waiting_for", processes_.replay_waits_for()}};
    }
    Json part = ping();
    part["uptime_seconds"] = seconds_of(monotonic_now() - facts_.started);
    part["fleet"] = config.name;
    part["file"] = config.file.string();
    part["state_directory"] = state_.path().string();
    part["run_directory"] = run_.path().string();
    const std::string environment = fleet_environment();
    part["environment"] = environment.empty() ? Json(nullptr) : Json(environment);
    const auto trouble = machine_ == nullptr ? std::nullopt : machine_->trouble();
    part["health"] = trouble ? "degraded" : "healthy";
    part["health_reason"] = or_null(trouble);
    part["clock"] = std::move(clock);
    part["shutting_down"] = supervisor_.is_shutting_down();
    const auto deadline = supervisor_.shutdown_deadline();
    part["shutdown_seconds_left"] =
        deadline ? Json(seconds_of(std::max(*deadline - monotonic_now(), Nanoseconds::zero())))
                 : Json(nullptr);
    part["kill_switch"] = kill_switch_part(state_.kill_switch());
    std::vector<std::string> warnings = facts_.warnings;
    std::ranges::move(upgrade_warnings(), std::back_inserter(warnings));
    if (stops_ != nullptr) {
        std::ranges::move(stops_->warnings(), std::back_inserter(warnings));
    }
    part["warnings"] = std::move(warnings);
    const auto standing = files_ == nullptr ? std::nullopt : files_->standing();
    part["file_state"] = standing ? Json(text_of(*standing)) : Json(nullptr);
    part["file_note"] = standing ? or_null(files_->sentence()) : Json(nullptr);
    part["replay"] = std::move(replay);
    part["parked"] = Json::array();
    for (const ParkedCursor& cursor : processes_.parked()) {
        part["parked"].push_back({{"name", cursor.name}, {"handled", cursor.handled}});
    }
    return part;
}

std::vector<std::string> FleetView::upgrade_warnings() const {
    std::vector<std::string> sentences;
    if (upgrades_ == nullptr) {
        return sentences;
    }
    if (!upgrades_->trouble().empty()) {
        sentences.push_back(upgrades_->trouble());
    }
    for (const UpgradedPlugin& upgraded : upgrades_->all()) {
        if (upgraded.stage == UpgradedPlugin::Stage::trial) {
            sentences.push_back(upgraded.agent + " has " + upgraded.file.string() +
                                " on trial, in the place of " + upgraded.before.string());
        } else if (upgraded.stage == UpgradedPlugin::Stage::passed) {
            sentences.push_back(upgraded.agent + " was upgraded to " + upgraded.file.string() +
                                "; write that into " + fleet_.config.file.string() +
                                ", or the next 'drover up' or 'drover apply' takes it back");
        }
    }
    return sentences;
}

void FleetView::add_plugin_part(Json& unit, const AgentConfig& config) const {
    unit["plugin_file"] = config.plugin_file.string();
    const UpgradedPlugin* const upgraded =
        upgrades_ == nullptr ? nullptr : upgrades_->find(config.name);
    if (upgraded != nullptr) {
        unit["upgrade"] = {{"stage", text_of(upgraded->stage)},
                           {"file", upgraded->file.string()},
                           {"before", upgraded->before.string()},
                           {"by", upgraded->by}};
    }
}

const AgentConfig* FleetView::config_of(const std::string& name) const {
    return name == router_unit_name ? nullptr : fleet_.config.find(name);
}

Json FleetView::last_exit(const std::string& name) const {
    const auto end = processes_.last_end(name);
    if (!end) {
        return nullptr;
    }
    return {{"code", or_null(end->status.code)},
            {"signal", or_null(end->status.signal)},
            {"text", end->status.text()},
            {"time", iso_time(end->time)}};
}

Json FleetView::unit_part(const std::string& name, Monotonic now) {
    const UnitStatus status = supervisor_.status(name, now).value();
    const AgentConfig* const config = config_of(name);
    Json depends_on = Json::array();
    if (config != nullptr) {
        for (const Dependency& dependency : config->depends_on) {
            depends_on.push_back(dependency.agent);
        }
    }
    Json unit = {
        {"name", name},
        {"plugin", config == nullptr ? Json(nullptr) : Json(config->plugin)},
        {"state", text_of(status.state)},
        {"health", text_of(status.health)},
        {"health_code", status.health_code.empty() ? Json(nullptr) : Json(status.health_code)},
        {"reason", status.reason},
        {"changed", time_text(status.changed)},
        {"next_try", status.next_try ? Json(time_text(*status.next_try)) : Json(nullptr)},
        {"pid", nullptr},
        {"restarts", status.restarts},
        {"uptime_seconds", nullptr},
        {"last_exit", last_exit(name)}};
    unit["plugin_file"] = nullptr;
    unit["upgrade"] = nullptr;
    if (config != nullptr) {
        add_plugin_part(unit, *config);
    }
    add_process_part(unit, status, now);
    unit["isolation"] = config == nullptr || !has_isolation(*config)
                            ? Json(nullptr)
                            : Json(processes_.isolation_of(*config));
    unit["depends_on"] = std::move(depends_on);
    add_standby_part(unit, config);
    unit["schedule"] = status.schedule ? schedule_part(*status.schedule) : Json(nullptr);
    unit["poison"] = status.poison ? poison_part(*status.poison) : Json(nullptr);
    unit["instance_of"] = config == nullptr || config->instance_of.empty()
                              ? Json(nullptr)
                              : Json(config->instance_of);
    unit["restart_group"] = config == nullptr || config->restart_group.empty()
                                ? Json(nullptr)
                                : Json(config->restart_group);
    return unit;
}

void FleetView::add_standby_part(Json& unit, const AgentConfig* config) const {
    const auto standby = config == nullptr ? std::nullopt : processes_.standby_of(*config);
    unit["standby"] = nullptr;
    if (standby) {
        unit["standby"] = {
            {"kind", text_of(config->supervision.standby)},
            {"state", text_of(standby->state)},
            {"pid", or_null(standby->pid)},
            {"reason", standby->reason.empty() ? Json(nullptr) : Json(standby->reason)}};
    }
    const ProcessLife* const life = config == nullptr ? nullptr : processes_.life(config->name);
    unit["started_by"] = life == nullptr ? Json(nullptr) : Json(text_of(life->origin));
    unit["started_by_reason"] =
        life == nullptr || life->why_by_exec.empty() ? Json(nullptr) : Json(life->why_by_exec);
}

void FleetView::add_process_part(Json& unit, const UnitStatus& status, Monotonic now) {
    set_no_counts(unit);
    unit["cpu_percent"] = nullptr;
    unit["memory_bytes"] = nullptr;
    const ProcessLife* const life = processes_.life(status.name);
    if (life == nullptr) {
        samples_.erase(status.name);
        return;
    }
    const StatusPageLayout& page = life->page.layout();
    const Monotonic started = status.started.value_or(now);
    unit["pid"] = life->child.pid;
    unit["uptime_seconds"] = seconds_of(now - started);
    set_counts(unit, page, status.name == router_unit_name);
    if (const auto usage = usage_of(life->child.pid)) {
        unit["cpu_percent"] = cpu_percent(*life, *usage, started, now);
        unit["memory_bytes"] = usage->resident_bytes;
    }
}

double FleetView::cpu_percent(const ProcessLife& life,
                              const ProcessUsage& usage,
                              Monotonic started,
                              Monotonic now) {
    constexpr auto shortest_window = std::chrono::milliseconds(200);
    constexpr double hundred = 100;
    constexpr double tenths = 10;
    Sample& sample = samples_[life.unit];
    if (sample.pid != life.child.pid) {
        sample = Sample{life.child.pid, started, 0, 0};
    } else if (now - sample.time < shortest_window) {
        return sample.percent;  // Two readers at once must not spoil each other's window.
    }
    // A life is noted once its process runs already: measured against a blink of time, what loading
    // has cost would look like many processors.
    const auto window =
        static_cast<double>(std::max<Nanoseconds>(now - sample.time, shortest_window).count());
    const auto used = static_cast<double>(usage.cpu_nanoseconds - sample.cpu_nanoseconds);
    const double percent = used / window * hundred;
    sample = {life.child.pid, now, usage.cpu_nanoseconds, std::round(percent * tenths) / tenths};
    return sample.percent;
}

Json FleetView::describe(const std::string& name) {
    Json unit = unit_part(name, monotonic_now());
    if (const AgentConfig* const config = config_of(name)) {
        const auto index = static_cast<std::size_t>(config - fleet_.config.agents.data());
        const PreparedAgent& prepared = fleet_.agents[index];
        unit["cannot_run"] = or_null(prepared.cannot_run);
        if (const AgentDescription* const about = prepared.description) {
            unit["agent"] = about->name;
            unit["version"] = about->version;
            unit["vendor"] = about->vendor;
            unit["description"] = about->description;
            unit["ports"] = ports_of(*about);
        }
    }
    Json transitions = Json::array();
    for (const UnitChange& change : supervisor_.history(name)) {
        transitions.push_back({{"time", time_text(change.time)},
                               {"from", text_of(change.from)},
                               {"state", text_of(change.state)},
                               {"health", text_of(change.health)},
                               {"reason", change.reason}});
    }
    unit["transitions"] = std::move(transitions);
    return unit;
}

}  // namespace drover
