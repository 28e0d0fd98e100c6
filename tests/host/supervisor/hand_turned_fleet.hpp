/// A fleet supervisor with a clock turned by hand and a launcher that only takes notes.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "supervisor/fleet_supervisor.hpp"

namespace drover {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

using Names = std::vector<std::string>;

/// Notes what was asked: "spawn risk", "stop risk", "term risk", "kill risk", "abort risk",
/// "pause risk", "resume risk".
class NotingLauncher final : public AgentLauncher {
public:
    void spawn(const std::string& name) override { note("spawn", name); }
    void ask_to_stop(const std::string& name, StopReason reason, Monotonic /*deadline*/) override {
        note(reason == StopReason::shutdown ? "shutdown" : "stop", name);
    }
    void pause(const std::string& name, const std::string& /*why*/) override {
        note("pause", name);
    }
    void resume(const std::string& name) override { note("resume", name); }
    void terminate_tree(const std::string& name) override { note("term", name); }
    void kill_tree(const std::string& name) override { note("kill", name); }
    void abort(const std::string& name) override { note("abort", name); }

    /// What was asked since the last call.
    [[nodiscard]] Names take() { return std::exchange(notes_, {}); }

private:
    void note(const std::string& what, const std::string& name) {
        notes_.push_back(what + " " + name);
    }
    Names notes_;
};

/// One agent's plan; dependencies are healthy-conditions unless changed afterwards.
inline UnitPlan plan(const std::string& name, const Names& dependencies = {}) {
    UnitPlan made;
    made.name = name;
    for (const std::string& dependency : dependencies) {
        made.dependencies.emplace_back().agent = dependency;
    }
    made.supervision.backoff.jitter = 0;
    return made;
}

inline UnitPlan router_plan() {
    UnitPlan made = plan(router_unit_name);
    made.is_router = true;
    made.supervision = router_supervision();
    return made;
}

struct HandTurnedFleet {
    explicit HandTurnedFleet(std::vector<UnitPlan> plans) {
        auto created = FleetSupervisor::create(std::move(plans), launcher, 1, now);
        EXPECT_TRUE(created.has_value());
        supervisor = std::move(created.value());
    }

    void pass(Nanoseconds time) {
        now += time;
        supervisor->tick(now);
    }
    void start(const Names& names) { EXPECT_TRUE(supervisor->start(names, now).has_value()); }
    void stop(const Names& names) { EXPECT_TRUE(supervisor->stop(names, now).has_value()); }
    void restart(const Names& names) { EXPECT_TRUE(supervisor->restart(names, now).has_value()); }
    void comes_up(const std::string& name) {
        supervisor->spawned(name, now);
        supervisor->ready(name, now);
    }
    /// All agents up, whatever their order.
    void all_come_up() {
        supervisor->start_all(now);
        for (std::size_t round = 0; round < supervisor->names().size(); ++round) {
            for (const std::string& name : supervisor->names()) {
                if (state(name) == AgentState::starting) {
                    comes_up(name);
                }
            }
        }
        (void)launcher.take();
    }
    void ends(const std::string& name, const UnitExit& exit) {
        supervisor->exited(name, exit, now);
        supervisor->tree_empty(name, now);
    }
    void is_killed(const std::string& name) { ends(name, {"killed by SIGKILL", false}); }
    void ends_well(const std::string& name) { ends(name, {"exit code 0", true}); }

    [[nodiscard]] UnitStatus status(const std::string& name) const {
        const auto found = supervisor->status(name, now);
        EXPECT_TRUE(found.has_value()) << name;
        return found.value_or(UnitStatus{});
    }
    [[nodiscard]] AgentState state(const std::string& name) const { return status(name).state; }
    [[nodiscard]] std::string reason(const std::string& name) const { return status(name).reason; }
    [[nodiscard]] Names asked() { return launcher.take(); }

    Monotonic now{hours(1)};
    NotingLauncher launcher;
    std::unique_ptr<FleetSupervisor> supervisor;
};

inline void PrintTo(AgentState state, std::ostream* stream) {
    *stream << text_of(state);
}
inline void PrintTo(AgentHealth health, std::ostream* stream) {
    *stream << text_of(health);
}

}  // namespace drover
