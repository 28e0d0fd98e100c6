/// Wishes, crashes and time in any order: what must hold after each of them.
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "hand_turned_fleet.hpp"

namespace drover {

namespace {

/// Keeps count of the processes that the fleet believes to have, and ends them when it likes.
class World final : public AgentLauncher {
public:
    void spawn(const std::string& name) override {
        EXPECT_FALSE(lives_[name]) << name << " was started twice";
        lives_[name] = true;
        is_paused_[name] = false;
        ++spawns_;
    }
    void ask_to_stop(const std::string& name, StopReason, Monotonic) override {
        EXPECT_TRUE(lives_[name]) << name << " was asked to stop without a process";
    }
    void pause(const std::string& name, const std::string&) override {
        EXPECT_TRUE(lives_[name]) << name;
        EXPECT_FALSE(std::exchange(is_paused_[name], true)) << name << " was paused twice";
    }
    void resume(const std::string& name) override {
        EXPECT_TRUE(std::exchange(is_paused_[name], false)) << name << " was not paused";
    }
    void terminate_tree(const std::string&) override {}
    void kill_tree(const std::string&) override {}
    void abort(const std::string&) override {}

    [[nodiscard]] bool lives(const std::string& name) const {
        const auto found = lives_.find(name);
        return found != lives_.end() && found->second;
    }
    void end(const std::string& name) { lives_[name] = false; }
    [[nodiscard]] int spawns() const { return spawns_; }

private:
    std::map<std::string, bool> lives_;
    std::map<std::string, bool> is_paused_;
    int spawns_ = 0;
};

std::vector<UnitPlan> tangled_plans() {
    std::vector<UnitPlan> plans{plan("data"),
                                plan("broker", {"data"}),
                                plan("risk", {"data", "broker"}),
                                plan("advisor", {"risk"}),
                                plan("report", {"data"}),
                                router_plan()};
    plans[1].dependencies[0].restart = true;
    plans[2].dependencies[0].on_down = OnDown::pause;
    plans[2].dependencies[1].on_down = OnDown::stop;
    plans[3].dependencies[0].on_down = OnDown::pause;
    plans[4].dependencies[0].condition = DependencyCondition::started;
    plans[0].supervision.restart_limit.then = AfterLimit::restart_group;
    plans[1].supervision.restart = RestartMode::always;
    plans[4].supervision.restart = RestartMode::no;
    return plans;
}

/// One fleet with everything that can happen to it, drawn at random.
class RandomWalk {
public:
    explicit RandomWalk(unsigned seed) : random_(seed) {
        auto created = FleetSupervisor::create(tangled_plans(), world_, seed, now_);
        EXPECT_TRUE(created.has_value());
        supervisor_ = std::move(created.value());
        supervisor_->start_all(now_);
    }

    void step() {
        const std::string name = supervisor_->names()[draw(supervisor_->names().size())];
        switch (draw(10)) {
            case 0:
                (void)supervisor_->start({name}, now_);
                break;
            case 1:
                (void)supervisor_->stop({name}, now_);
                break;
            case 2:
                (void)supervisor_->restart({name}, now_);
                break;
            case 3:
            case 4:
                ends(name);
                break;
            case 5:
                supervisor_->health(
                    name,
                    {draw(2) == 0 ? AgentHealth::unhealthy : AgentHealth::healthy, "", ""},
                    now_);
                break;
            case 6:
                supervisor_->hung(name, seconds(3), now_);
                break;
            default:
                comes_up(name);
                break;
        }
        now_ += milliseconds(draw(400));
        supervisor_->tick(now_);
        check();
    }

    /// Lets everything that was begun come to its end.
    void settle() {
        constexpr int rounds = 8;
        for (int round = 0; round < rounds; ++round) {
            // As often as the chain is long: none may be overdue because a clock was turned.
            for (std::size_t link = 0; link < supervisor_->names().size(); ++link) {
                let_all_come_up_or_end();
            }
            now_ += minutes(1);
            supervisor_->tick(now_);
        }
        check();
    }

    FleetSupervisor& supervisor() { return *supervisor_; }
    [[nodiscard]] Monotonic now() const { return now_; }
    [[nodiscard]] AgentState state(const std::string& name) const {
        return supervisor_->status(name, now_)->state;
    }

private:
    std::size_t draw(std::size_t below) {
        return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
    }
    void let_all_come_up_or_end() {
        for (const std::string& name : supervisor_->names()) {
            if (supervisor_->status(name, now_)->state == AgentState::stopping) {
                ends(name);
            }
            comes_up(name);
            supervisor_->health(name, {AgentHealth::healthy, "", ""}, now_);
        }
    }
    void comes_up(const std::string& name) {
        if (world_.lives(name)) {
            supervisor_->spawned(name, now_);
            supervisor_->ready(name, now_);
        }
    }
    void ends(const std::string& name) {
        if (world_.lives(name)) {
            world_.end(name);
            const bool well = draw(2) == 0;
            supervisor_->exited(name, {well ? "exit code 0" : "killed by SIGKILL", well}, now_);
            supervisor_->tree_empty(name, now_);
        }
    }
    void check() const {
        for (const std::string& name : supervisor_->names()) {
            const auto status = supervisor_->status(name, now_);
            EXPECT_EQ(world_.lives(name), has_process(status->state))
                << name << " is " << text_of(status->state);
            EXPECT_FALSE(status->reason.empty());
        }
    }

    std::mt19937 random_;
    Monotonic now_{hours(1)};
    World world_;
    std::unique_ptr<FleetSupervisor> supervisor_;
};

constexpr unsigned walks = 12;
constexpr int steps = 200;

}  // namespace

TEST(FleetRandom, never_has_two_processes_of_one_agent_whatever_happens) {
    for (unsigned seed = 1; seed <= walks; ++seed) {
        RandomWalk walk(seed);
        for (int step = 0; step < steps; ++step) {
            walk.step();
        }
        ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
    }
}

TEST(FleetRandom, follows_the_last_wish_once_all_has_settled) {
    for (unsigned seed = 1; seed <= walks; ++seed) {
        RandomWalk walk(seed);
        for (int step = 0; step < steps; ++step) {
            walk.step();
        }
        walk.supervisor().start_all(walk.now(), "a person");
        walk.settle();
        for (const std::string& name : walk.supervisor().names()) {
            ASSERT_EQ(walk.state(name), AgentState::running) << name << ", seed " << seed;
        }
        ASSERT_TRUE(walk.supervisor().stop({"risk"}, walk.now()).has_value());
        walk.settle();
        ASSERT_EQ(walk.state("risk"), AgentState::stopped) << "seed " << seed;
        walk.supervisor().shutdown(walk.now());
        walk.settle();
        ASSERT_TRUE(walk.supervisor().is_down()) << "seed " << seed;
    }
}

}  // namespace drover
