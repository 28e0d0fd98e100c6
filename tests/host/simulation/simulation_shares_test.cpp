// Instances that share topics on a virtual clock.
#include <span>

#include <gtest/gtest.h>

#include "tests/host/simulation/simulated_agents.hpp"

namespace drover::test {

namespace {

/// One of several: writes down who it is and what it got.
class Worker final : public TickReceiver {
public:
    static constexpr About about{"worker", "1", "test", "Shares ticks"};

    void configure(const Config& config) override { name_ = config.name; }
    void on_message(const Message& message) override {
        for (const Tick& tick : message.records(ticks)) {
            diary.push_back(name_ + " " + std::to_string(tick.value));
        }
    }

private:
    std::string name_;
};

/// Publishes the ticks 1 to 40 at once, which become one message.
class Burst final : public TickPublisher {
public:
    static constexpr About about{"burst", "1", "test", "Publishes much at once"};

    bool start() override {
        for (std::int64_t value = 1; value <= 40; ++value) {
            publish(topic(ticks, "tick.x"), Tick{value});
        }
        return true;
    }
};

template <typename Publisher>
std::vector<std::string> shared_by_two(Sharing sharing, bool owns_clock) {
    diary.clear();
    std::vector<SimulatedAgent> agents;
    agents.push_back(simulated<Publisher>("publisher", 1, owns_clock));
    for (std::uint32_t number = 1; number <= 2; ++number) {
        SimulatedAgent worker = simulated<Worker>("worker." + std::to_string(number), number + 1);
        worker.instance_of = "worker";
        worker.sharing = sharing;
        worker.keys = {{1, 0, sizeof(Tick)}};
        agents.push_back(std::move(worker));
    }
    EXPECT_TRUE(Simulation(std::move(agents)).run());
    return diary;
}

}  // namespace

TEST(SimulatedShares, gives_instances_that_take_turns_one_message_each) {
    EXPECT_EQ(shared_by_two<Clock>(Sharing::round_robin, true),
              (std::vector<std::string>{"worker.1 1", "worker.2 2", "worker.1 3"}));
    EXPECT_EQ(shared_by_two<Clock>(Sharing::all, true).size(), 6U);
}

TEST(SimulatedShares, gives_each_record_of_a_message_to_the_owner_of_its_key) {
    const auto got = shared_by_two<Burst>(Sharing::by_key, false);
    ASSERT_EQ(got.size(), 40U);
    TopicShare share{"worker", Sharing::by_key, {1, 2}, {}, {{1, 0, sizeof(Tick)}}};
    share.weights = {weight_of("worker.1"), weight_of("worker.2")};
    std::vector<std::string> expected;
    for (const std::uint16_t worker : {std::uint16_t{1}, std::uint16_t{2}}) {
        for (std::int64_t value = 1; value <= 40; ++value) {
            if (owner_of(std::as_bytes(std::span(&value, 1)), share) == worker) {
                expected.push_back("worker." + std::to_string(worker) + " " +
                                   std::to_string(value));
            }
        }
    }
    EXPECT_EQ(got, expected) << "as the router would share it out";
}

}  // namespace drover::test
