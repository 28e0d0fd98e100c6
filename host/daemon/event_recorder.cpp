#include "daemon/event_recorder.hpp"

#include <utility>

#include <unistd.h>

#include "base/clock.hpp"
#include "process/kill_switch_page.hpp"

namespace drover {
namespace {

std::int64_t wall_time_of(Monotonic moment) {
    return wall_now() - (monotonic_now() - moment).count();
}

EventExit exit_of(const UnitExit& exit) {
    return {exit.code, exit.signal, exit.text};
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

FleetEvent event_of(const UnitChange& change) {
    FleetEvent event;
    event.time = wall_time_of(change.time);
    event.kind = change.from == change.state ? EventKind::health : EventKind::transition;
    event.event = change.event ? std::string(text_of(*change.event)) : "";
    event.agent = change.name;
    event.state_from = text_of(change.from);
    event.state = text_of(change.state);
    event.health_from = text_of(change.health_from);
    event.health = text_of(change.health);
    event.code = event.kind == EventKind::health ? change.health_code : "";
    event.reason = change.reason;
    event.cause = text_of(change.cause.cause);
    event.cause_name = change.cause.name;
    return event;
}

}  // namespace

EventRecorder::EventRecorder(const StateDirectory& state, EventWriter writer, RunRecord record)
    : state_(&state), writer_(std::move(writer)), record_(record) {}

Result<EventRecorder> EventRecorder::open(const StateDirectory& state,
                                          const std::string& version,
                                          bool replaces_predecessor) {
    std::error_code fault;
    std::filesystem::create_directories(state.events(), fault);
    const RunRecord before = RunRecord::read(state.run_record());
    const RunRecord record{before.run + 1, ::getpid(), false, before.switch_revision};
    if (const auto saved = record.save(state.run_record()); !saved) {
        return saved.error();
    }
    auto writer = EventWriter::open(state.events(), record.run);
    if (!writer) {
        return writer.error();
    }
    EventRecorder recorder(state, std::move(writer.value()), record);
    if (!before.has_ended && !replaces_predecessor) {
        recorder.say("predecessor_lost",
                     "droverd's run " + std::to_string(before.run) + " (pid " +
                         std::to_string(before.pid) +
                         ") ended without a word: it was killed or it crashed");
    }
    recorder.say("started", "droverd " + version + " started");
    recorder.note_switch(monotonic_now(), true);
    return recorder;
}

void EventRecorder::say(const char* event,
                        const std::string& reason,
                        std::optional<std::uint64_t> count) {
    FleetEvent said;
    said.kind = EventKind::supervisor;
    said.event = event;
    said.reason = reason;
    said.pid = record_.pid;
    said.count = count;
    writer_.write(std::move(said));
}

void EventRecorder::save() {
    // Without it the next run only records a change twice, or blames this run for a crash.
    (void)record_.save(state_->run_record());
}

void EventRecorder::changed(const UnitChange& change, std::optional<pid_t> pid) {
    FleetEvent event = event_of(change);
    if (event.kind == EventKind::health && !budget_.take(change.name, monotonic_now())) {
        return;
    }
    event.pid = pid;
    if (change.exit) {
        event.exit = exit_of(*change.exit);
        event.pid =
            change.exit->pid > 0 ? std::optional<std::int64_t>(change.exit->pid) : std::nullopt;
    }
    writer_.write(std::move(event));
}

void EventRecorder::occurred(const std::string& unit, Occurrence occurrence) {
    if (!budget_.take(unit, monotonic_now())) {
        return;
    }
    FleetEvent event;
    event.kind = occurrence.kind;
    event.agent = unit == router_unit_name ? std::move(occurrence.agent) : unit;
    event.topic = std::move(occurrence.topic);
    event.publisher = std::move(occurrence.publisher);
    event.code = std::move(occurrence.code);
    event.reason = std::move(occurrence.reason);
    event.count = occurrence.count;
    event.cause = unit == router_unit_name ? "router" : "agent";
    writer_.write(std::move(event));
}

void EventRecorder::replay_waits(const std::vector<std::string>& names) {
    if (names == waiting_for_ || !budget_.take(router_unit_name, monotonic_now())) {
        return;
    }
    waiting_for_ = names;
    FleetEvent event;
    event.kind = EventKind::replay;
    event.event = names.empty() ? "continued" : "paused";
    event.reason = names.empty() ? "the replay goes on" : "the replay waits for " + joined(names);
    event.cause = names.empty() ? "" : "agent";
    event.cause_name = joined(names);
    writer_.write(std::move(event));
}

void EventRecorder::router_started(std::uint64_t epoch, std::optional<pid_t> pid) {
    waiting_for_.clear();  // The new one says anew for whom it waits.
    FleetEvent event;
    event.kind = EventKind::router;
    event.event = "epoch_started";
    event.agent = router_unit_name;
    event.epoch = epoch;
    event.pid = pid;
    event.reason = "the router's epoch " + std::to_string(epoch) + " begins";
    writer_.write(std::move(event));
}

void EventRecorder::applied(const char* event, const std::string& what, const std::string& by) {
    FleetEvent said;
    said.kind = EventKind::apply;
    said.event = event;
    said.reason = what;
    said.cause = by.empty() ? "configuration" : "person";
    said.cause_name = by.empty() ? "watch" : by;
    said.pid = record_.pid;
    writer_.write(std::move(said));
}

void EventRecorder::upgraded(const char* event,
                             const std::string& agent,
                             const std::string& what,
                             const std::string& by) {
    FleetEvent said;
    said.kind = EventKind::apply;
    said.event = event;
    said.agent = agent;
    said.reason = what;
    said.cause = "person";
    said.cause_name = by;
    said.pid = record_.pid;
    writer_.write(std::move(said));
}

void EventRecorder::stopping(const std::string& why, const std::string& by) {
    FleetEvent said;
    said.kind = EventKind::supervisor;
    said.event = "stopping";
    said.reason = "the fleet is stopped: " + why;
    said.cause = by.empty() ? "shutdown" : "person";
    said.cause_name = by;
    said.pid = record_.pid;
    writer_.write(std::move(said));
}

void EventRecorder::signalled(const std::string& unit,
                              const std::string& signal,
                              std::int64_t pid,
                              const std::string& by) {
    FleetEvent sent;
    sent.kind = EventKind::supervisor;
    sent.event = "signalled";
    sent.agent = unit;
    sent.reason = "a person sends " + signal;
    sent.cause = "person";
    sent.cause_name = by;
    sent.pid = pid;
    writer_.write(std::move(sent));
}

void EventRecorder::ended(const std::string& why) {
    say("ended", why);
    record_.has_ended = true;
    save();
}

void EventRecorder::look(Monotonic now) {
    for (const auto& [unit, count] : budget_.take_suppressed(now)) {
        FleetEvent said;
        said.kind = EventKind::supervisor;
        said.event = "suppressed";
        said.agent = unit;
        said.count = count;
        said.reason = unit + " told of more than droverd records; " + std::to_string(count) +
                      (count == 1 ? " event was" : " events were") + " only counted";
        writer_.write(std::move(said));
    }
    note_switch(now, false);
}

bool EventRecorder::is_being_written(std::uint64_t revision, Monotonic now) {
    // A writer that was killed half way leaves an odd revision for ever.
    constexpr auto longest_write = std::chrono::seconds(1);
    if (revision % 2 == 0) {
        odd_since_.reset();
        return false;
    }
    odd_since_ = odd_since_.value_or(now);
    return now < *odd_since_ + longest_write;
}

void EventRecorder::note_switch(Monotonic now, bool is_start) {
    const KillSwitchState state = KillSwitchPage::read_file(state_->kill_switch());
    const bool is_known = state.revision == record_.switch_revision &&
                          state.engaged == is_engaged_.value_or(state.engaged);
    if (is_known || is_being_written(state.revision, now)) {
        is_engaged_ = is_known ? state.engaged : is_engaged_;
        return;
    }
    const bool is_new_file = state.revision < record_.switch_revision;
    const std::uint64_t changes = is_new_file ? 1 : (state.revision - record_.switch_revision) / 2;
    is_engaged_ = state.engaged;
    FleetEvent event;
    event.kind = EventKind::kill_switch;
    event.event = state.engaged ? "engaged" : "released";
    event.revision = state.revision;
    const bool is_by_agent = state.who.starts_with(switch_agent);
    event.cause = state.who.empty() ? "" : (is_by_agent ? "agent" : "person");
    event.cause_name = is_by_agent ? state.who.substr(switch_agent.size()) : state.who;
    if (state.changed != 0) {
        event.changed = state.changed;
    }
    event.reason = state.reason.empty() ? "no reason was given" : state.reason;
    if (is_start) {
        event.reason += "; changed while no droverd ran";
    }
    if (is_new_file) {
        event.reason += "; the switch's file is not the one that was seen before";
    }
    if (changes > 1) {
        event.count = changes;
        event.reason += "; the last of " + std::to_string(changes) +
                        " changes, the others were overwritten before droverd saw them";
    }
    writer_.write(std::move(event));
    record_.switch_revision = state.revision;
    save();
}

}  // namespace drover
