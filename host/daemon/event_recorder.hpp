/// Writes down what happens in the fleet: the edge at which decisions, reports of children and the
/// kill switch become records. Meanings: docs/events.md.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "daemon/event_budget.hpp"
#include "daemon/run_record.hpp"
#include "daemon/state_directory.hpp"
#include "events/event_writer.hpp"
#include "events/occurrence.hpp"
#include "supervisor/fleet_supervisor.hpp"

namespace drover {

/// One thread. Writing never fails and never blocks for long: see EventWriter.
class EventRecorder {
public:
    /// Begins a run: says that it starts, whether the one before was killed, and whether the kill
    /// switch was changed while no droverd ran. `replaces_predecessor`: another program has made
    /// way for this one, so it was not killed. `state` is lent and must live longer.
    [[nodiscard]] static Result<EventRecorder> open(const StateDirectory& state,
                                                    const std::string& version,
                                                    bool replaces_predecessor = false);

    /// A change that the supervisor made; `pid` is that of the unit's process.
    void changed(const UnitChange& change, std::optional<pid_t> pid);
    /// What a child counted. `unit` told it: an agent speaks for itself, the router for all.
    void occurred(const std::string& unit, Occurrence occurrence);
    /// For whom the replay waits; empty: it goes on.
    void replay_waits(const std::vector<std::string>& names);
    void router_started(std::uint64_t epoch, std::optional<pid_t> pid);
    /// A new agents.yaml was taken or refused; `by` is empty where it was only saved.
    void applied(const char* event, const std::string& what, const std::string& by);
    /// Another plugin is tried for an agent, stays, or has made way for the one before.
    void upgraded(const char* event,
                  const std::string& agent,
                  const std::string& what,
                  const std::string& by);
    void stopping(const std::string& why, const std::string& by);
    /// A person sends a signal to the process of a unit.
    void signalled(const std::string& unit,
                   const std::string& signal,
                   std::int64_t pid,
                   const std::string& by);
    /// What the machine did: a clock that jumped, a disk that fills up.
    void machine(const char* event, const std::string& sentence) { say(event, sentence); }
    /// The last record of a run.
    void ended(const std::string& why);

    /// Looks at the kill switch. Call it several times a second.
    void look(Monotonic now);
    [[nodiscard]] std::uint64_t run() const { return record_.run; }

private:
    EventRecorder(const StateDirectory& state, EventWriter writer, RunRecord record);
    void say(const char* event, const std::string& reason, std::optional<std::uint64_t> count = {});
    void note_switch(Monotonic now, bool is_start);
    [[nodiscard]] bool is_being_written(std::uint64_t revision, Monotonic now);
    void save();

    const StateDirectory* state_;
    EventWriter writer_;
    RunRecord record_;
    EventBudget budget_;
    std::vector<std::string> waiting_for_;
    std::optional<bool> is_engaged_;      ///< As it was seen last.
    std::optional<Monotonic> odd_since_;  ///< While a change of the switch is being written.
};

}  // namespace drover
