/// Which process of the machine belongs to which unit, also when it left its parent and session.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

#include "process/process_tree.hpp"

namespace drover {

/// The trees of this process's children. This process is a subreaper of one thread, so what a dead
/// process leaves becomes its child: an orphan. Orphans are known by their session, by the
/// environment entry or the output pipes that their ancestor was started with, or, without all of
/// these, by the unit whose process ended just before they appeared. What is still nobody's lives
/// until the fleet ends. One thread.
class Family {
public:
    /// A unit's process was started. `mark` is the "NAME=VALUE" in its environment, `outputs` are
    /// the pipes that it writes to.
    void started(const std::string& unit,
                 pid_t leader,
                 const std::string& mark,
                 std::vector<OpenFile> outputs);
    /// It was reaped. What it left behind stays known until `forget`.
    void ended(const std::string& unit);
    /// A process of the unit appears among the children of this one, and `started` tells which it
    /// is. Until then nobody's dead children are left unreaped: it may be one of them.
    void expects(const std::string& unit, const std::string& mark, std::vector<OpenFile> outputs);
    void forget(const std::string& unit);

    /// Orphans of processes that an earlier supervisor started are children of the guard, which
    /// reaps them: looks there too.
    void look_below_guard(pid_t guard) { guard_ = guard; }
    [[nodiscard]] bool looks_below_guard() const { return guard_ > 0; }
    /// Reaps orphans that have ended and sees which there are.
    void look();
    /// Whether the unit has orphans, as `look` last saw them.
    [[nodiscard]] bool has_orphans(const std::string& unit) const;

    /// Whether it is the process that a unit was started as.
    [[nodiscard]] bool is_leader(pid_t pid) const;

    /// Every process of the unit's tree now.
    [[nodiscard]] std::vector<pid_t> tree(const std::string& unit) const;

private:
    struct Member {
        pid_t leader = -1;
        std::string mark;
        std::vector<OpenFile> outputs;
        bool has_ended = false;
        bool is_expected = false;
    };

    /// Whether an orphan has ended; reaps it then, unless it may be somebody's leader.
    [[nodiscard]] bool is_gone(pid_t orphan) const;
    [[nodiscard]] std::string owner_of(pid_t orphan) const;
    void see(pid_t orphan, std::map<pid_t, std::string>& seen) const;

    std::map<std::string, Member> members_;
    std::map<pid_t, std::string> orphans_;  ///< pid → unit; "" when nobody is known to own it.
    pid_t guard_ = -1;                      ///< Where to look too; -1: nowhere.
    std::string last_ended_;                ///< "" once a look was taken.
};

}  // namespace drover
