// A fleet on a virtual clock.
#include "simulation/simulation.hpp"

#include <gtest/gtest.h>

#include "tests/host/simulation/simulated_agents.hpp"

namespace drover::test {

TEST(Simulation, delivers_in_time_order_and_within_an_instant_first_in_first_out) {
    ASSERT_TRUE(run_three());
    EXPECT_EQ(diary,
              (std::vector<std::string>{"echo 1@100",
                                        "tick@100",
                                        "echoed@100",
                                        "timer@150",
                                        "echo 2@200",
                                        "tick@200",
                                        "echoed@200",
                                        "timer@250",
                                        "echo 3@300",
                                        "tick@300",
                                        "echoed@300"}));
}

TEST(Simulation, has_one_hash_for_two_runs_and_counts_publications) {
    const auto one = run_three();
    const auto two = run_three();
    ASSERT_TRUE(one);
    ASSERT_TRUE(two);
    EXPECT_EQ(one.value().event_log_hash, two.value().event_log_hash);
    EXPECT_EQ(one.value().events, 6U);
    EXPECT_EQ(one.value().deliveries, 9U);
}

TEST(Simulation, shows_every_publication_in_order_to_who_watches) {
    diary.clear();
    std::vector<SimulatedAgent> agents;
    agents.push_back(simulated<Clock>("clock", 1, true));
    agents.push_back(simulated<Echo>("echo", 2));
    std::vector<std::string> seen;
    SimulationWatch watch;
    watch.event = [&seen](const PublishedMessage& message) {
        seen.push_back(std::string(message.topic) + "@" + std::to_string(message.event_time));
    };
    const auto result = Simulation(std::move(agents), SimulationOptions{}, std::move(watch)).run();
    ASSERT_TRUE(result);
    EXPECT_EQ(
        seen,
        (std::vector<std::string>{
            "tick.x@100", "echo.x@100", "tick.x@200", "echo.x@200", "tick.x@300", "echo.x@300"}));
    EXPECT_EQ(result.value().events, seen.size());
}

TEST(Simulation, tells_how_far_it_has_come) {
    std::vector<SimulatedAgent> agents;
    agents.push_back(simulated<LongClock>("clock", 1, true));
    std::vector<SimulationProgress> told;
    SimulationWatch watch;
    watch.progress = [&told](const SimulationProgress& progress) { told.push_back(progress); };
    ASSERT_TRUE(Simulation(std::move(agents), SimulationOptions{}, std::move(watch)).run());
    ASSERT_FALSE(told.empty());
    const SimulationProgress& early = told.front();
    EXPECT_GT(early.instants, 0U);
    EXPECT_LT(early.instants, LongClock::instants);
    EXPECT_EQ(early.events, early.instants);
    EXPECT_EQ(early.began, 1000);
    EXPECT_EQ(early.time, 1000 * static_cast<std::int64_t>(early.instants));
    EXPECT_GE(early.seconds, 0);
    EXPECT_LE(static_cast<double>(told.size()), 5 * told.back().seconds + 1)
        << "at most five times a second";
}

TEST(Simulation, makes_no_fingerprint_when_told_so_and_runs_the_same) {
    const auto hashed = run_three();
    const auto diary_with_hash = diary;
    const auto plain = run_three({.hash = false});
    ASSERT_TRUE(hashed);
    ASSERT_TRUE(plain);
    EXPECT_TRUE(hashed.value().event_log_hash.has_value());
    EXPECT_FALSE(plain.value().event_log_hash.has_value());
    EXPECT_EQ(plain.value().events, hashed.value().events);
    EXPECT_EQ(diary, diary_with_hash);
}

TEST(Simulation, profiles_every_agent_and_part_without_changing_the_run) {
    const auto plain = run_three();
    const auto profiled = run_three({.profile = true});
    ASSERT_TRUE(plain);
    ASSERT_TRUE(profiled);
    EXPECT_FALSE(plain.value().profile.has_value());
    EXPECT_EQ(profiled.value().event_log_hash, plain.value().event_log_hash);
    std::vector<std::string> names;
    std::uint64_t callbacks_of_echo = 0;
    for (const PartCost& part : profiled.value().profile.value().parts) {
        names.push_back(part.name);
        if (part.kind == PartCost::Kind::callbacks && part.name == "echo") {
            callbacks_of_echo = part.count;
        }
    }
    EXPECT_EQ(names,
              (std::vector<std::string>{"clock",
                                        "echo",
                                        "listener",
                                        "clock",
                                        "echo",
                                        "listener",
                                        "queue",
                                        "hand over",
                                        "routing",
                                        "event log"}));
    // create, configure, start, three ticks and two timers; stop does not matter any more.
    EXPECT_GE(callbacks_of_echo, 8U);
}

TEST(Simulation, hears_the_last_words_of_an_agent_that_cannot_start) {
    std::vector<SimulatedAgent> agents;
    agents.push_back(simulated<Listener>("listener", 1));
    agents.push_back(simulated<Failing>("failing", 2));
    std::vector<std::string> topics;
    SimulationWatch watch;
    watch.event = [&](const PublishedMessage& message) { topics.emplace_back(message.topic); };
    {
        const auto result = Simulation(std::move(agents), {}, watch).run();
        ASSERT_FALSE(result);
        EXPECT_NE(result.error().message.find("it was told not to start"), std::string::npos);
    }
    EXPECT_EQ(topics, std::vector<std::string>{"tick.last"});
}

TEST(Simulation, voids_orders_that_wait_when_an_agent_engages_its_own_kill_switch) {
    diary.clear();
    TopicRights gated;
    gated.pattern = "order.>";
    gated.gated = true;
    std::vector<SimulatedAgent> agents;
    agents.push_back(simulated<Clock>("clock", 1, true));
    agents.push_back(simulated<Trader>("trader", 2));
    agents.push_back(simulated<Guardian>("guardian", 3));
    agents.push_back(simulated<OrderBook>("book", 4));
    agents[2].may_engage = true;
    for (SimulatedAgent& agent : agents) {
        agent.setup.rules = {gated};
    }
    ASSERT_TRUE(Simulation(std::move(agents), {}).run());
    EXPECT_EQ(diary,
              (std::vector<std::string>{
                  "ordered", "order 1", "ordered", "engage 0", "refused 2 -15", "gated@300"}));
}

TEST(Simulation, keeps_a_topic_from_agents_that_its_subscribers_do_not_name) {
    diary.clear();
    TopicRights narrow;
    narrow.pattern = "tick.>";
    narrow.subscribers = std::vector<std::string>{"echo"};
    std::vector<SimulatedAgent> agents;
    agents.push_back(simulated<Clock>("clock", 1, true));
    agents.push_back(simulated<Listener>("listener", 2));
    agents[1].setup.rules = {narrow};
    ASSERT_TRUE(Simulation(std::move(agents), {}).run());
    EXPECT_TRUE(diary.empty());
}

TEST(Simulation, names_the_agent_of_an_instant_without_end) {
    std::vector<SimulatedAgent> agents;
    agents.push_back(simulated<Loop>("loop", 1));
    const auto result = Simulation(std::move(agents)).run();
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().message.find("'loop'"), std::string::npos);
}

}  // namespace drover::test
