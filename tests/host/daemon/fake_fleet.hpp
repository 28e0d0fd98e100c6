/// A fleet of fake children under the real decider: everything of the supervisor but its sockets.
#pragma once

#include <cstdlib>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json_value.hpp"
#include "daemon/fleet_view.hpp"
#include "daemon/unit_processes.hpp"
#include "process/process_tree.hpp"
#include "tests/host/process/scratch.hpp"

namespace drover::test {

/// Add agents, then `begin`. Everything it started is ended with it.
class FakeFleet {
public:
    FakeFleet() {
        ::setenv("XDG_RUNTIME_DIR", scratch_.path().c_str(), 1);
        ::setenv("DROVER_FAKE_ROUTER_LOG", router_log().c_str(), 1);
        become_subreaper();
        fleet_.config.name = "fakes";
        fleet_.config.file = scratch_.path() / "agents.yaml";
    }
    FakeFleet(const FakeFleet&) = delete;
    FakeFleet& operator=(const FakeFleet&) = delete;
    ~FakeFleet() {
        kill_all_descendants(std::chrono::seconds(20));
        ::unsetenv("XDG_RUNTIME_DIR");
    }

    AgentConfig& add(const std::string& name, const std::string& act) {
        AgentConfig agent;
        agent.name = name;
        agent.plugin = "fake";
        agent.plugin_file = "/fake.so";
        agent.config_json = to_line(Json{{"act", act}, {"file", file(name).string()}});
        agent.supervision.backoff.initial = std::chrono::milliseconds(1);
        agent.supervision.backoff.longest = std::chrono::milliseconds(1);
        agent.supervision.restart_limit.max_restarts = 1000;
        fleet_.config.agents.push_back(agent);
        fleet_.agents.emplace_back();
        return fleet_.config.agents.back();
    }
    PreparedFleet& fleet() { return fleet_; }

    void begin() {
        run_.emplace(std::move(RunDirectory::prepare(scratch_.path()).value()));
        state_.emplace(std::move(StateDirectory::open(scratch_.path()).value()));
        log_.emplace(std::move(DaemonLog::open(state_->log_of("droverd")).value()));
        events_.emplace(std::move(EventRecorder::open(*state_, "1.2.3").value()));
        handles_.emplace(std::move(HandleStore::open(state_->handles()).value()));
        messages_.emplace(
            std::move(FleetMessages::create(fleet_, *handles_, *state_, *run_).value()));
        processes_.emplace(workplace());
        std::vector<UnitPlan> plans(1);
        plans[0].name = router_unit_name;
        plans[0].supervision = router_supervision();
        plans[0].is_router = true;
        for (const AgentConfig& agent : fleet_.config.agents) {
            plans.push_back(
                {agent.name, agent.depends_on, agent.supervision, agent.enabled, false, {}});
        }
        supervisor_ =
            std::move(FleetSupervisor::create(plans, *processes_, 1, monotonic_now()).value());
        processes_->report_to(*supervisor_);
        supervisor_->start_all(monotonic_now());
    }

    /// Lets the fleet live until `holds`; false when it never did.
    bool until(const std::function<bool()>& holds) {
        return eventually([&] {
            processes_->tell_changes();
            loop_.turn(monotonic_now() + std::chrono::milliseconds(1));
            processes_->check_trees();
            const Monotonic now = monotonic_now();
            processes_->look_for_held(now);
            supervisor_->tick(now);
            processes_->scan_pages(now);
            processes_->tell_changes();
            return holds();
        });
    }
    /// Lets be handled what descriptors have to tell at this moment; waits for nothing and looks at
    /// nothing else.
    void hear_news_at_hand() { loop_.turn(monotonic_now()); }
    bool until_running(const std::string& name, int restarts = 0) {
        return until([&] {
            const UnitStatus now = status(name);
            return now.state == AgentState::running && now.restarts >= restarts;
        });
    }
    bool until_state(const std::string& name, AgentState state) {
        return until([&] { return status(name).state == state; });
    }

    [[nodiscard]] UnitStatus status(const std::string& name) const {
        return supervisor_->status(name, monotonic_now()).value();
    }
    [[nodiscard]] pid_t pid(const std::string& name) const {
        const ProcessLife* const life = processes_->life(name);
        return life == nullptr ? -1 : life->child.pid;
    }
    FleetSupervisor& supervisor() { return *supervisor_; }
    UnitProcesses& processes() { return *processes_; }
    const FleetMessages& messages() { return *messages_; }
    [[nodiscard]] const PreparedFleet& fleet() const { return fleet_; }
    EventRecorder& recorder() { return *events_; }

    FleetView view() {
        return {{1, monotonic_now(), "1.2.3", {"a warning"}},
                fleet_,
                *supervisor_,
                *processes_,
                *state_,
                *run_};
    }

    [[nodiscard]] Workplace workplace() {
        return {loop_,
                fleet_,
                *handles_,
                *messages_,
                *state_,
                *run_,
                *log_,
                *events_,
                DROVER_FAKE_PROGRAMS,
                custody_};
    }
    [[nodiscard]] const StateDirectory& state() const { return *state_; }

    /// The file that an agent's orphan writes its pid to.
    [[nodiscard]] std::filesystem::path file(const std::string& name) const {
        return scratch_.path() / (name + ".orphan");
    }
    [[nodiscard]] pid_t orphan_of(const std::string& name) const {
        pid_t pid = -1;
        std::ifstream(file(name)) >> pid;
        return pid;
    }
    [[nodiscard]] std::vector<Json> log_of(const std::string& name) const {
        return lines_of(state_->log_of(name));
    }
    /// What was recorded.
    [[nodiscard]] std::vector<Json> events() const {
        return lines_of(state_->events() / "events.jsonl");
    }
    /// All that the routers were told, over all their lives.
    [[nodiscard]] std::vector<Json> told_to_router() const { return lines_of(router_log()); }

private:
    [[nodiscard]] std::filesystem::path router_log() const { return scratch_.path() / "told"; }
    [[nodiscard]] static std::vector<Json> lines_of(const std::filesystem::path& path) {
        std::vector<Json> lines;
        std::ifstream input(path);
        for (std::string line; std::getline(input, line);) {
            if (!input.eof()) {
                lines.push_back(Json::parse(line));
            }
        }
        return lines;
    }

    ScratchFolder scratch_;
    PreparedFleet fleet_;
    EventLoop loop_ = std::move(EventLoop::create().value());
    std::optional<RunDirectory> run_;
    std::optional<StateDirectory> state_;
    std::optional<DaemonLog> log_;
    std::optional<EventRecorder> events_;
    std::optional<HandleStore> handles_;
    std::optional<FleetMessages> messages_;
    Custody custody_;
    std::optional<UnitProcesses> processes_;
    std::unique_ptr<FleetSupervisor> supervisor_;
};

/// Whether a process runs, zombies not counted.
inline bool is_running(pid_t pid) {
    const auto entry = process_entry(pid);
    return pid > 0 && entry && !entry->is_zombie();
}

}  // namespace drover::test
