// The rest of PluginUpgrade: the trial, the way there and the way back.
#include <utility>
#include <vector>

#include "base/json_value.hpp"
#include "daemon/plugin_upgrade.hpp"
#include "supervisor/reasons.hpp"

namespace drover {
namespace {

/// Whether the change says that the process does not do what it is there for.
bool is_failure(const UnitChange& change) {
    const bool has_ended_unasked =
        change.event == AgentEvent::process_exited && change.from != AgentState::stopping;
    const bool is_unwell = !change.event && change.health == AgentHealth::unhealthy;
    return has_ended_unasked || is_unwell || change.event == AgentEvent::hung ||
           change.event == AgentEvent::limit_exceeded ||
           change.event == AgentEvent::start_overdue || change.event == AgentEvent::reported_failed;
}

/// Why it failed, without how its end is forced or how it came to be.
std::string reason_in(const UnitChange& change) {
    if (change.exit) {
        return change.exit->text +
               (change.from == AgentState::starting ? " before it was ready" : "");
    }
    return change.reason.substr(0, change.reason.find(change.event ? "; " : "; restarted "));
}

}  // namespace

// --- the way there

PluginUpgrade::Situation PluginUpgrade::situation(Monotonic now) const {
    const ProcessLife* const life = processes_.life(upgrade_.agent);
    const auto status = supervisor_.status(upgrade_.agent, now);
    return {status.value_or(UnitStatus{}),
            life == nullptr ? std::nullopt : std::optional(life->child.pid)};
}

void PluginUpgrade::note(UpgradedPlugin::Stage stage) {
    upgrade_.stage = stage;
    complain(plugins_.set(upgrade_));
}

void PluginUpgrade::note_over(const std::filesystem::path& file) {
    if (file == upgrade_.written) {
        complain(plugins_.forget(upgrade_.agent));
        return;
    }
    UpgradedPlugin stays = upgrade_;
    stays.stage = UpgradedPlugin::Stage::passed;
    stays.file = file;
    stays.before = upgrade_.written;
    stays.other.reset();
    stays.reason.clear();
    complain(plugins_.set(std::move(stays)));
}

void PluginUpgrade::complain(const Result<void>& done) {
    if (!done) {
        place_.log.error("A supervisor that follows this one will not know of an upgrade: " +
                         done.error().message);
    }
}

void PluginUpgrade::record(const char* event, const std::string& what) {
    place_.log.info(what + ".");
    place_.events.upgraded(event, upgrade_.agent, what, upgrade_.by);
}

void PluginUpgrade::tick(Monotonic now) {
    if (stage_ == Stage::none) {
        return;
    }
    if (supervisor_.is_shutting_down()) {
        rehearsal_.end();
        deadline_.reset();  // What was written down lets the next start go back.
        return;
    }
    const bool is_unwanted = supervisor_.is_resting(upgrade_.agent);
    switch (stage_) {
        case Stage::none:
            break;
        case Stage::rehearsing:
            is_unwanted ? give_up("it was stopped meanwhile") : wait_for_rehearsal(now);
            break;
        case Stage::preparing:
            is_unwanted ? give_up("it was stopped meanwhile") : prepare(now);
            break;
        case Stage::switching:
            is_unwanted ? fail("it was stopped before its trial was over", std::nullopt)
                        : wait_for_new(now);
            break;
        case Stage::trial:
            is_unwanted ? fail("it was stopped before its trial was over", std::nullopt)
                        : watch_trial(now);
            break;
        case Stage::returning:
            wait_for_old(now);
            break;
    }
}

void PluginUpgrade::wait_for_rehearsal(Monotonic now) {
    rehearsal_.tick(now);
    const auto outcome = rehearsal_.take_outcome();
    if (!outcome) {
        return;
    }
    if (!outcome->fault.empty()) {
        refuse(*outcome);
        return;
    }
    record("upgrade_rehearsed",
           upgrade_.agent + ": " + upgrade_.file.string() + " has rehearsed beside " +
               upgrade_.before.string() + ": " + outcome->summary);
    begin_to_prepare(now);
}

void PluginUpgrade::begin_to_prepare(Monotonic now) {
    stage_ = Stage::preparing;
    deadline_ = now;
    if (can_be_prepared()) {
        processes_.prepare_candidate(new_.config);
        deadline_ = now + new_.config.supervision.heartbeat.grace;
    }
}

void PluginUpgrade::refuse(const PluginRehearsal::Outcome& outcome) {
    record("upgrade_undone",
           upgrade_.agent + " works on with " + upgrade_.before.string() + "; " +
               upgrade_.file.string() + " has failed beside it: " + outcome.fault);
    finish({{"outcome", "refused"}, {"reason", outcome.fault}, {"last_lines", outcome.last_lines}});
}

void PluginUpgrade::prepare(Monotonic now) {
    if (!can_be_prepared()) {
        switch_over(now);
        return;
    }
    const StandbyStatus candidate = processes_.candidate(new_.config);
    if (candidate.state == StandbyStatus::State::ready) {
        switch_over(now);
    } else if (candidate.state == StandbyStatus::State::none) {
        give_up(candidate.reason);
    } else if (now >= *deadline_) {
        give_up("it was not loaded within " +
                duration_text(new_.config.supervision.heartbeat.grace) + " (heartbeat.grace)");
    }
}

void PluginUpgrade::give_up(const std::string& why) {
    rehearsal_.end();
    processes_.drop_candidate();
    const std::string what = upgrade_.agent + " goes on with " + upgrade_.before.string() + "; " +
                             upgrade_.file.string() + " was not taken: " + why;
    record("upgrade_undone", what);
    finish({{"outcome", "rolled_back"}, {"reason", why}});
}

void PluginUpgrade::switch_over(Monotonic now) {
    const Situation at = situation(now);
    if (at.status.state == AgentState::starting && !at.pid) {
        // The old one's process, which must be told from the new one's, is not there yet.
        constexpr auto a_moment = std::chrono::milliseconds(20);
        deadline_ = now + a_moment;
        return;
    }
    stage_ = Stage::switching;
    deadline_.reset();
    upgrade_.other = at.pid;
    note(UpgradedPlugin::Stage::trial);  // Before it: whoever goes on must know.
    put_entry(place_.fleet, new_);
    place_.messages.order_state(upgrade_.agent, FleetMessages::keep_state, upgrade_.mark);
    if (const auto begun = application_.restart_for_plugin(upgrade_.agent); !begun) {
        put_entry(place_.fleet, old_);
        place_.messages.leave_state(upgrade_.agent);
        note_over(upgrade_.before);
        give_up(begun.error().message);
    }
}

void PluginUpgrade::wait_for_new(Monotonic now) {
    const Situation at = situation(now);
    if (at.status.state == AgentState::completed && at.pid != upgrade_.other) {
        pass();
    } else if (at.runs() && at.pid != upgrade_.other) {
        processes_.drop_candidate();  // Where it was not needed.
        stage_ = Stage::trial;
        deadline_ = now + upgrade_.trial;
        upgrade_.other.reset();
        note(UpgradedPlugin::Stage::trial);
    }
}

void PluginUpgrade::watch_trial(Monotonic now) {
    const Situation at = situation(now);
    if (at.status.state == AgentState::completed || (at.runs() && now >= *deadline_)) {
        pass();
    } else if (!at.runs()) {
        stage_ = Stage::switching;  // Restarted for another reason than its own.
        deadline_.reset();
    }
}

void PluginUpgrade::pass() {
    record("upgrade_passed",
           upgrade_.agent + " stays with " + upgrade_.file.string() + ": it did its work for " +
               duration_text(upgrade_.trial));
    note_over(upgrade_.file);
    place_.messages.leave_state(upgrade_.agent);
    finish({{"outcome", "upgraded"},
            {"version", new_.prepared.description->version},
            {"fleet_file", place_.fleet.config.file.string()},
            {"written",
             upgrade_.file == upgrade_.written ? Json(nullptr) : Json(old_.config.plugin)}});
}

// --- the way back

void PluginUpgrade::heard(const UnitChange& change) {
    if (stage_ == Stage::none || change.name != upgrade_.agent) {
        const UpgradedPlugin* const known = plugins_.find(change.name);
        if (known != nullptr && known->stage == UpgradedPlugin::Stage::returning &&
            change.state == AgentState::running) {
            complain(plugins_.forget(change.name));
        }
        return;
    }
    const bool is_tried = stage_ == Stage::switching || stage_ == Stage::trial;
    const ProcessLife* const life = processes_.life(change.name);
    std::optional<pid_t> pid = life == nullptr ? std::nullopt : std::optional(life->child.pid);
    if (change.exit) {
        pid = change.exit->pid > 0 ? std::optional<pid_t>(change.exit->pid) : std::nullopt;
    }
    const bool is_of_old = upgrade_.other && pid == upgrade_.other;
    const bool is_held = life != nullptr && life->held_by;
    if (is_tried && is_failure(change) && !is_of_old && !is_held) {
        fail(reason_in(change), pid);
    }
}

void PluginUpgrade::fail(const std::string& why, std::optional<pid_t> failed) {
    stage_ = Stage::returning;
    deadline_.reset();
    is_return_ordered_ = false;
    upgrade_.reason = why;
    upgrade_.other = failed;
    put_entry(place_.fleet, old_);  // Whatever starts from now on is the old one.
    place_.messages.order_state(upgrade_.agent, FleetMessages::restore_state, upgrade_.mark);
    note(UpgradedPlugin::Stage::returning);
    record("upgrade_undone",
           upgrade_.agent + " returns to " + upgrade_.before.string() +
               ", with the state that it "
               "had; " +
               upgrade_.file.string() + " has failed: " + why);
}

void PluginUpgrade::wait_for_old(Monotonic now) {
    const Situation at = situation(now);
    const AgentState state = at.status.state;
    const bool is_old = at.pid && at.pid != upgrade_.other;
    const bool has_come = at.runs() && is_old;
    const bool is_lost = is_return_ordered_ && state == AgentState::failed;
    if (has_come || is_lost || supervisor_.is_resting(upgrade_.agent)) {
        processes_.drop_candidate();
        if (has_come) {
            note_over(upgrade_.before);  // Otherwise its next start returns.
        }
        finish({{"outcome", "rolled_back"},
                {"reason", upgrade_.reason},
                {"old_state", text_of(state)},
                {"old_reason", at.status.reason}});
        return;
    }
    const bool comes_by_itself = is_old || state == AgentState::stopping ||
                                 state == AgentState::waiting ||
                                 (state == AgentState::starting && !at.pid);
    if (!comes_by_itself && !is_return_ordered_) {
        is_return_ordered_ = true;
        processes_.drop_candidate();
        if (const auto begun = application_.restart_for_plugin(upgrade_.agent); !begun) {
            place_.log.error(upgrade_.agent + " cannot be restarted: " + begun.error().message);
        }
    }
}

void PluginUpgrade::finish(Json answer) {
    answer["agent"] = upgrade_.agent;
    answer["file"] = upgrade_.file.string();
    answer["before"] = upgrade_.before.string();
    stage_ = Stage::none;
    deadline_.reset();
    processes_.prepare_standby();
    fulfil_(promise_of_trial, std::make_unique<Json>(std::move(answer)));
}

void PluginUpgrade::file_taken() {
    for (const UpgradedPlugin& plugin : std::vector<UpgradedPlugin>(plugins_.all())) {
        if (plugin.stage == UpgradedPlugin::Stage::passed) {
            complain(plugins_.forget(plugin.agent));
        }
    }
}

}  // namespace drover
