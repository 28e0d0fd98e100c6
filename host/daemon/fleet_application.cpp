/// Deciding is FleetPlan's and the supervisor's; here is the order in which it is done.
#include "daemon/fleet_application.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "base/json_pointer.hpp"
#include "base/json_value.hpp"
#include "base/message_type.hpp"
#include "config/faults_json.hpp"
#include "config/lost_gates.hpp"
#include "config/overlay.hpp"
#include "daemon/fleet_reading.hpp"
#include "daemon/unit_plans.hpp"
#include "fleet/instances.hpp"
#include "process/kill_switch_page.hpp"
#include "schedule/schedule_check.hpp"
#include "supervisor/fleet_update.hpp"

namespace drover {
namespace {

/// What `validate` calls a fault: plugins that cannot be loaded included.
std::vector<Fault> faults_of(const PreparedFleet& fleet) {
    std::vector<Fault> faults = fleet.faults;
    faults.insert(faults.end(), fleet.unloadable.begin(), fleet.unloadable.end());
    return faults;
}

std::string environment_text(const std::string& environment) {
    return environment.empty() ? "no environment" : "the environment '" + environment + "'";
}

}  // namespace

Result<FleetApplication::Wish> FleetApplication::wish_in(const Json& params,
                                                         std::vector<Fault>& faults) const {
    Wish wish;
    wish.is_saved = value_or(params, "saved", false);
    wish.by = wish.is_saved ? "watch: the file was saved"
                            : value_or<std::string>(params, "by", "a client of the control socket");
    const auto back = params.find("rollback");
    if (back != params.end() && !back->is_null()) {
        if (!back->is_number_unsigned() || back->get<std::uint64_t>() == 0) {
            return Error{ErrorKind::invalid,
                         "'rollback' must say how many files to go back, 1 or more."};
        }
        const auto earlier = applied_.before_newest(back->get<std::size_t>());
        if (!earlier) {
            return earlier.error();
        }
        auto sources = applied_.sources_of(earlier.value());
        if (!sources) {
            return sources.error();
        }
        if (sources.value().environment != fleet_environment()) {
            return Error{
                ErrorKind::refused,
                "That file was applied with " + environment_text(sources.value().environment) +
                    ", and this droverd runs with " + environment_text(fleet_environment()) + "."};
        }
        wish.sources = std::move(sources.value());
        wish.is_rollback = true;
        return wish;
    }
    wish.sources.file = value_or<std::string>(params, "file", place_.fleet.config.file.string());
    if (!wish.sources.file.is_absolute()) {
        return Error{
            ErrorKind::invalid,
            "'file' must be an absolute path, and this is '" + wish.sources.file.string() + "'."};
    }
    auto sources = read_fleet_sources(wish.sources.file);
    if (auto* const fault = std::get_if<Fault>(&sources)) {
        faults.push_back(std::move(*fault));
    } else {
        wish.sources = std::move(std::get<FleetSources>(sources));
    }
    return wish;
}

PreparedFleet FleetApplication::prepare(const Wish& wish) const {
    DescribeOptions describing;
    describing.agent_program = place_.programs / "drover-agent";
    describing.cache = place_.state.descriptions();
    describing.failures = Failures::take;
    describing.check_further = check_schedules;
    PreparedFleet wanted = prepare_reading(
        read_fleet_text(wish.sources, default_plugin_search(place_.programs)), describing);
    if (wanted.faults.empty()) {
        wanted = expand_instances(std::move(wanted));
    }
    for (const AgentConfig& agent : wanted.config.agents) {
        const auto longest = place_.run.link_endpoint(agent.name, ~std::uint32_t{0});
        if (!longest) {
            wanted.faults.push_back({agent.place, longest.error().message});
        }
    }
    return wanted;
}

bool FleetApplication::is_in_use(const Wish& wish) const {
    const auto newest = applied_.before_newest(0);
    const auto sources =
        newest ? applied_.sources_of(newest.value()) : Result<FleetSources>(newest.error());
    return sources && sources.value() == wish.sources;
}

FleetPlan FleetApplication::plan_for(const PreparedFleet& wanted) const {
    std::set<std::string> resting;
    for (const AgentConfig& agent : place_.fleet.config.agents) {
        if (supervisor_.is_resting(agent.name)) {
            resting.insert(agent.name);
        }
    }
    return plan_changes(place_.fleet, wanted, resting);
}

RpcAnswer FleetApplication::apply(const Json& params) {
    if (supervisor_.is_shutting_down()) {
        return RpcError{RpcError::unavailable, "The fleet is shutting down."};
    }
    const bool is_dry_run = value_or(params, "dry_run", false);
    std::vector<Fault> faults;
    const auto read = wish_in(params, faults);
    if (!read) {
        return rpc_failure(read.error());
    }
    const Wish& wish = read.value();
    PreparedFleet wanted;
    if (faults.empty()) {
        wanted = prepare(wish);
        faults = faults_of(wanted);
    }
    if (faults.empty() && KillSwitchPage::read_file(place_.state.kill_switch()).engaged) {
        faults = find_lost_gates(place_.fleet.config, wanted.config);
    }
    if (!faults.empty()) {
        if (!is_dry_run) {
            record_refusal(wish, faults);
        }
        return std::make_unique<Json>(Json{{"ok", false},
                                           {"dry_run", is_dry_run},
                                           {"file", wish.sources.file.string()},
                                           {"faults", to_json(faults)}});
    }
    const FleetPlan plan = plan_for(wanted);
    auto answer = std::make_unique<Json>(Json{{"ok", true},
                                              {"dry_run", is_dry_run},
                                              {"file", wish.sources.file.string()},
                                              {"faults", Json::array()},
                                              {"warnings", to_json(wanted.config.warnings)}});
    answer->update(to_json(plan));
    // Editors save more than once; what the fleet runs with already is no event.
    if (is_dry_run || (wish.is_saved && plan.changes_nothing() && is_in_use(wish))) {
        return answer;
    }
    if (const auto taken = take_settled(std::move(wanted), plan); !taken) {
        return rpc_failure(taken.error());
    }
    record(wish, plan);
    if (const auto sentence = files_.sentence()) {
        (*answer)["notes"].push_back(*sentence);
    }
    return answer;
}

Result<void> FleetApplication::take(PreparedFleet wanted, const FleetPlan& plan) {
    const ScheduleWatch schedules_before = schedules_;
    schedules_.watch(wanted.config, wall_now());
    FleetUpdate update{unit_plans(wanted, schedules_), {}};
    for (const PlannedChange& change : plan.restart) {
        update.restart[change.name] = change.keys.front();
    }
    // What starts from now on is told what the new file says.
    PreparedFleet before = std::exchange(place_.fleet, std::move(wanted));
    auto taken = place_.messages.fleet_changed();
    if (taken) {
        processes_.fleet_changed();
        tell_router(plan, before);
        taken = supervisor_.apply(std::move(update), monotonic_now());
    }
    if (!taken) {
        place_.fleet = std::move(before);
        schedules_ = schedules_before;
        processes_.fleet_changed();
        return taken;
    }
    supervisor_.limit_shutdown(place_.fleet.config.shutdown_timeout);
    if (const auto kept = place_.log.keep(place_.fleet.config.log); !kept) {
        place_.log.error("The log of droverd is kept as before: " + kept.error().message);
    }
    taken_(texts_of(place_.fleet.config.warnings));
    return success();
}

Result<void> FleetApplication::restart_for_plugin(const std::string& agent) {
    processes_.prepare_standby();
    FleetUpdate update{unit_plans(place_.fleet, schedules_), {}};
    update.restart[agent] = "/agents" + pointer_step(agent) + "/plugin";
    return supervisor_.apply(std::move(update), monotonic_now());
}

bool FleetApplication::has_other_quotas(const PreparedFleet& before) const {
    return std::ranges::any_of(place_.fleet.config.agents, [&](const AgentConfig& agent) {
        const AgentConfig* const known = before.config.find(agent.name);
        return known != nullptr && known->supervision.quota != agent.supervision.quota;
    });
}

/// A router that is restarted is told all when it starts.
void FleetApplication::tell_router(const FleetPlan& plan, const PreparedFleet& before) {
    std::vector<std::string> join;
    for (const PlannedChange& change : plan.add) {
        join.push_back(change.name);
    }
    std::vector<std::string> leave;
    for (const AgentConfig& agent : before.config.agents) {
        if (place_.fleet.config.find(agent.name) == nullptr) {
            leave.push_back(agent.name);
        }
    }
    const bool is_restarted =
        std::ranges::find(plan.restart, std::string_view(router_unit_name), &PlannedChange::name) !=
        plan.restart.end();
    if (!is_restarted && (!join.empty() || !leave.empty() || has_other_quotas(before))) {
        (void)processes_.tell_router(place_.messages.change(join, leave));
    }
}

RpcAnswer FleetApplication::scale(const Json& params) {
    if (supervisor_.is_shutting_down()) {
        return RpcError{RpcError::unavailable, "The fleet is shutting down."};
    }
    const auto name = value_or<std::string>(params, "name", "");
    const auto count = value_or<std::int64_t>(params, "replicas", 0);
    if (count < 1 || count > most_replicas) {
        return RpcError{RpcError::invalid_parameters,
                        "'replicas' must be 1 to " + std::to_string(most_replicas) + "."};
    }
    return scale_to(name,
                    static_cast<int>(count),
                    value_or<std::string>(params, "by", "a client of the control socket"));
}

RpcAnswer FleetApplication::scale_to(const std::string& name, int count, const std::string& by) {
    auto scaled = scale_instances(place_.fleet, name, count);
    for (const auto& [other, retirement] : retirements_) {
        if (scaled && other != name) {
            scaled = scale_instances(std::move(scaled.value()), other, retirement.count);
        }
    }
    if (!scaled) {
        return rpc_failure(scaled.error());
    }
    const FleetPlan plan = plan_for(scaled.value());
    auto answer = std::make_unique<Json>(Json{{"ok", true}, {"faults", Json::array()}});
    answer->update(to_json(plan));
    if (plan.changes_nothing() && retirements_.empty()) {
        return answer;
    }
    if (const auto taken = take_settled(std::move(scaled.value()), plan); !taken) {
        return rpc_failure(taken.error());
    }
    if (!retirements_.empty()) {
        (*answer)["notes"].push_back(
            "Instances that share durable topics by key leave when they have handled what they "
            "were given; `drover log stat` shows how far they are.");
    }
    const std::string what =
        "scaled " + name + " to " + std::to_string(count) + ": " + summary_of(plan);
    place_.log.info(what + ".");
    place_.events.applied("scaled", what, by);
    return answer;
}

void FleetApplication::record(const Wish& wish, const FleetPlan& plan) {
    const std::string what = (wish.is_rollback ? "returned to an earlier " : "applied ") +
                             wish.sources.file.string() + ": " + summary_of(plan);
    place_.log.info(what + ".");
    place_.events.applied(wish.is_rollback ? "rolled_back" : "applied",
                          what,
                          wish.is_saved ? std::string() : wish.by);
    if (const auto kept = applied_.keep(wish.sources, wish.by, wish.is_rollback); !kept) {
        place_.log.error("The applied file is not kept for a rollback: " + kept.error().message);
    }
}

void FleetApplication::record_refusal(const Wish& wish, const std::vector<Fault>& faults) {
    for (const std::string& fault : texts_of(faults)) {
        place_.log.error(fault);
    }
    const std::string others =
        faults.size() == 1 ? "" : " (and " + std::to_string(faults.size() - 1) + " more)";
    const std::string what = wish.sources.file.string() +
                             " was not applied, nothing has changed: " + faults.front().text() +
                             others;
    place_.log.error(what);
    place_.events.applied("refused", what, wish.is_saved ? std::string() : wish.by);
}

Json FleetApplication::applied() const {
    Json files = Json::array();
    const auto& known = applied_.files();
    for (std::size_t back = 0; back < known.size(); ++back) {
        const AppliedFile& applied = known[known.size() - 1 - back];
        files.push_back({{"rollback", back},
                         {"number", applied.number},
                         {"file", applied.file.string()},
                         {"time", iso_time(applied.time)},
                         {"by", applied.by}});
    }
    return {{"files", std::move(files)}};
}

}  // namespace drover
