/// The spares of a fleet: second processes of agents, started and waiting for their configuration.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/daemon_log.hpp"
#include "daemon/event_loop.hpp"
#include "daemon/family.hpp"
#include "daemon/process_life.hpp"
#include "daemon/standby_plan.hpp"

namespace drover {

/// A process that takes over: all of a life but what the life itself decides.
struct SpareProcess {
    UnbornLife life;
    Child child;
    std::string mark;
};

/// Starts, watches, hands out and ends them. Never blocks. One thread.
class Spares {
public:
    /// The environment entry by which the next spare of a unit is known, "NAME=VALUE".
    using MarkOf = std::function<std::string(const std::string& unit)>;

    /// `word` says in logs what they are. All else is lent and must live longer.
    Spares(EventLoop& loop, DaemonLog& log, Family& family, std::string word, MarkOf mark_of);
    Spares(const Spares&) = delete;
    Spares& operator=(const Spares&) = delete;
    /// Ends them all.
    ~Spares();

    /// Ends the spares of agents that want none any more, or another one.
    void keep(const std::vector<StandbyPlan>& plans);
    /// An agent is ready: one that has no spare gets it.
    void agent_is_ready(const StandbyPlan& plan);
    /// An agent has been stopped, or is done: nobody will need its spare.
    void agent_rests(const std::string& unit);
    /// Hands out a unit's spare. Nothing when there is none; then `why` says so.
    [[nodiscard]] std::optional<SpareProcess> take(const StandbyPlan& plan, std::string& why);
    [[nodiscard]] StandbyStatus status(const StandbyPlan& plan) const;
    /// Whether the unit has a spare, and one with that plugin.
    [[nodiscard]] bool stands_for(const StandbyPlan& plan) const;

private:
    struct Spare {
        StandbyPlan plan;
        SpareProcess process;
        LoadedFiles files;
        bool is_prepared = false;
        std::string complaint;  ///< Why it gave up, in its own words.
    };

    void start(const StandbyPlan& plan);
    void end(const std::string& unit, const std::string& why);
    /// Watched by nobody any more.
    SpareProcess release(const std::string& unit);
    void hear(const std::string& unit);
    void ended(const std::string& unit);
    [[nodiscard]] std::string family_name(const std::string& unit) const;

    EventLoop& loop_;
    DaemonLog& log_;
    Family& family_;
    std::string word_;
    MarkOf mark_of_;
    std::map<std::string, Spare> spares_;
    std::map<std::string, std::string> why_none_;  ///< By unit.
};

}  // namespace drover
