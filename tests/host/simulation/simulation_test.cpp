// A fleet on a virtual clock.
#include "simulation/simulation.hpp"

#include <gtest/gtest.h>

#include <drover/agent.hpp>

namespace drover {

struct Tick {
    std::int64_t value;
};
constexpr drover_field tick_fields[] = {
    DROVER_FIELD(Tick, value, DROVER_KIND_I64, 0, nullptr, "A number")};
constexpr drover_message_type tick_type =
    DROVER_RECORD_TYPE(Tick, "test.tick", 1, tick_fields, "A number");
template <>
struct MessageTypeOf<Tick> {
    static constexpr const drover_message_type* value = &tick_type;
};

namespace {

std::vector<std::string> diary;

/// Publishes tick 1, 2, 3 at the times 100, 200, 300.
class Clock final : public Agent {
public:
    static constexpr About about{"clock", "1", "test", "Moves the time"};
    static constexpr bool keeps_state = false;
    static constexpr Out<Tick> ticks{0, "ticks", "tick.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    bool start() override {
        clock_ = static_cast<const drover_replay_clock_v1*>(
            host()->get_extension(host(), DROVER_EXTENSION_REPLAY_CLOCK));
        advance();
        return true;
    }
    void on_post(std::uint64_t token) override {
        publish(topic(ticks, "tick.x"), Tick{static_cast<std::int64_t>(token)});
        if (++next_ <= 3) {
            advance();
        }
    }

private:
    void advance() {
        check(clock_->advance(host(), next_ * 100, 0, static_cast<std::uint64_t>(next_)));
    }
    const drover_replay_clock_v1* clock_ = nullptr;
    std::int64_t next_ = 1;
};

/// Writes down what it sees and passes it on.
class Echo final : public Agent {
public:
    static constexpr About about{"echo", "1", "test", "Passes ticks on"};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "tick.>", "Ticks"};
    static constexpr Out<Tick> echoes{1, "echoes", "echo.>", "Echoes"};
    static constexpr auto ports = drover::ports(ticks, echoes);

    void on_message(const Message& message) override {
        for (const Tick& tick : message.records(ticks)) {
            diary.push_back("echo " + std::to_string(tick.value) + "@" + std::to_string(now()));
            publish(topic(echoes, "echo.x"), tick);
        }
        set_timer(1, now() + 50);
    }
    void on_timer(std::uint64_t, std::int64_t, std::uint32_t) override {
        diary.push_back("timer@" + std::to_string(now()));
    }
};

class Listener final : public Agent {
public:
    static constexpr About about{"listener", "1", "test", "Listens"};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "tick.>", "Ticks"};
    static constexpr In<Tick> echoes{1, "echoes", "echo.>", "Echoes"};
    static constexpr auto ports = drover::ports(ticks, echoes);

    void on_message(const Message& message) override {
        diary.push_back(std::string(message.is(ticks) ? "tick" : "echoed") + "@" +
                        std::to_string(now()));
    }
};

/// Passes ticks on as orders, and writes down which were refused.
class Trader final : public Agent {
public:
    static constexpr About about{"trader", "1", "test", "Sends orders"};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "tick.>", "Ticks"};
    static constexpr Out<Tick> orders{1, "orders", "order.>", "Orders"};
    static constexpr auto ports = drover::ports(ticks, orders);

    void on_message(const Message& message) override {
        const drover_status status =
            publish(topic(orders, "order.x"), *message.records(ticks).begin());
        diary.push_back(status < 0 ? "gated@" + std::to_string(now()) : "ordered");
    }
    void on_refused(std::string_view,
                    std::uint64_t sequence,
                    drover_status status,
                    std::string_view) override {
        diary.push_back("refused " + std::to_string(sequence) + " " + std::to_string(status));
    }
};

/// Engages the kill switch at the second tick, by grant.
class Guardian final : public Agent {
public:
    static constexpr About about{"guardian", "1", "test", "Engages the switch"};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "tick.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    void on_message(const Message&) override {
        const auto* const control = static_cast<const drover_control_v1*>(
            host()->get_extension(host(), DROVER_EXTENSION_CONTROL));
        if (++heard_ == 2) {
            const std::string_view why = "enough";
            diary.push_back("engage " +
                            std::to_string(control->engage(host(), {why.data(), why.size()})));
        }
    }

private:
    int heard_ = 0;
};

class OrderBook final : public Agent {
public:
    static constexpr About about{"book", "1", "test", "Takes orders"};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> orders{0, "orders", "order.>", "Orders"};
    static constexpr auto ports = drover::ports(orders);

    void on_message(const Message& message) override {
        diary.push_back("order " + std::to_string(message.records(orders).begin()->value));
    }
};

/// Publishes one tick in each of many instants.
class LongClock final : public Agent {
public:
    static constexpr std::uint64_t instants = 20000;
    static constexpr About about{"long_clock", "1", "test", "Moves the time far"};
    static constexpr bool keeps_state = false;
    static constexpr Out<Tick> ticks{0, "ticks", "tick.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    bool start() override {
        clock_ = static_cast<const drover_replay_clock_v1*>(
            host()->get_extension(host(), DROVER_EXTENSION_REPLAY_CLOCK));
        check(clock_->advance(host(), 1000, 0, 1));
        return true;
    }
    void on_post(std::uint64_t token) override {
        publish(topic(ticks, "tick.x"), Tick{1});
        if (token < instants) {
            check(clock_->advance(host(), now() + 1000, 0, token + 1));
        }
    }

private:
    const drover_replay_clock_v1* clock_ = nullptr;
};

/// Answers every message with another one for itself.
class Loop final : public Agent {
public:
    static constexpr About about{"loop", "1", "test", "Never ends"};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> in{0, "in", "loop.>", "In"};
    static constexpr Out<Tick> out{1, "out", "loop.>", "Out"};
    static constexpr auto ports = drover::ports(in, out);
    bool start() override {
        publish(topic(out, "loop.x"), Tick{1});
        return true;
    }
    void on_message(const Message&) override { publish(topic(out, "loop.x"), Tick{1}); }
};

/// Cannot start, and says so on its way out.
class Failing final : public Agent {
public:
    static constexpr About about{"failing", "1", "test", "Cannot start"};
    static constexpr bool keeps_state = false;
    static constexpr Out<Tick> ticks{0, "ticks", "tick.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);
    bool start() override {
        topic_ = topic(ticks, "tick.last");
        throw Failure("test", "it was told not to start");
    }
    void stop(std::int32_t) override { publish(topic_, Tick{9}); }

private:
    Topic<Tick> topic_;
};

template <typename Class>
SimulatedAgent simulated(const std::string& name, std::uint32_t handle, bool owns_clock = false) {
    SimulatedAgent agent;
    agent.setup.name = name;
    agent.setup.fleet = "test";
    agent.setup.handle = handle;
    agent.setup.description = Bridge<Class>::description();
    agent.setup.mode = DROVER_MODE_SIMULATION;
    agent.setup.owns_clock = owns_clock;
    agent.setup.foreign_threads = false;
    for (const drover_port& port : Class::ports) {
        PortSetup setup;
        setup.flags = port.flags;
        setup.name = port.name;
        setup.topic = port.topic;
        setup.type = 1;
        setup.encoding = DROVER_ENCODING_RECORDS;
        setup.record_size = sizeof(Tick);
        agent.setup.ports.push_back(setup);
        agent.layout_hashes.push_back(77);
    }
    return agent;
}

Result<SimulationResult> run_three(const SimulationOptions& options = {}) {
    diary.clear();
    std::vector<SimulatedAgent> agents;
    agents.push_back(simulated<Clock>("clock", 1, true));
    agents.push_back(simulated<Echo>("echo", 2));
    agents.push_back(simulated<Listener>("listener", 3));
    return Simulation(std::move(agents), options).run();
}

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
    EXPECT_LT(told.size(), 50U) << "at most five times a second";
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

/// One of several: writes down who it is and what it got.
class Worker final : public Agent {
public:
    static constexpr About about{"worker", "1", "test", "Shares ticks"};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "tick.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

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
class Burst final : public Agent {
public:
    static constexpr About about{"burst", "1", "test", "Publishes much at once"};
    static constexpr bool keeps_state = false;
    static constexpr Out<Tick> ticks{0, "ticks", "tick.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);
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

TEST(Simulation, gives_instances_that_take_turns_one_message_each) {
    EXPECT_EQ(shared_by_two<Clock>(Sharing::round_robin, true),
              (std::vector<std::string>{"worker.1 1", "worker.2 2", "worker.1 3"}));
    EXPECT_EQ(shared_by_two<Clock>(Sharing::all, true).size(), 6U);
}

TEST(Simulation, gives_each_record_of_a_message_to_the_owner_of_its_key) {
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

}  // namespace
}  // namespace drover
