/// Agents for simulations, written into the test: they move the time, echo, trade, fail.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <drover/agent.hpp>

#include "simulation/simulation.hpp"
#include "tests/host/runner/port_setups.hpp"

namespace drover {

/// The record of all of them.
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

namespace test {

/// What the agents below write down.
inline std::vector<std::string> diary;

/// An agent that gets ticks.
class TickReceiver : public Agent {
public:
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "tick.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);
};

/// An agent that publishes ticks.
class TickPublisher : public Agent {
public:
    static constexpr bool keeps_state = false;
    static constexpr Out<Tick> ticks{0, "ticks", "tick.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

protected:
    /// Asks for the fleet's time to become `time`; `on_post` gets the token.
    void advance(std::int64_t time, std::uint64_t token) {
        const auto* const clock = static_cast<const drover_replay_clock_v1*>(
            host()->get_extension(host(), DROVER_EXTENSION_REPLAY_CLOCK));
        check(clock->advance(host(), time, 0, token));
    }
};

/// Publishes tick 1, 2, 3 at the times 100, 200, 300.
class Clock final : public TickPublisher {
public:
    static constexpr About about{"clock", "1", "test", "Moves the time"};

    bool start() override {
        move_on();
        return true;
    }
    void on_post(std::uint64_t token) override {
        publish(topic(ticks, "tick.x"), Tick{static_cast<std::int64_t>(token)});
        if (++next_ <= 3) {
            move_on();
        }
    }

private:
    void move_on() { advance(next_ * 100, static_cast<std::uint64_t>(next_)); }

    std::int64_t next_ = 1;
};

/// Writes down what it sees and passes it on.
class Echo final : public TickReceiver {
public:
    static constexpr About about{"echo", "1", "test", "Passes ticks on"};
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

class Listener final : public TickReceiver {
public:
    static constexpr About about{"listener", "1", "test", "Listens"};
    static constexpr In<Tick> echoes{1, "echoes", "echo.>", "Echoes"};
    static constexpr auto ports = drover::ports(ticks, echoes);

    void on_message(const Message& message) override {
        diary.push_back(std::string(message.is(ticks) ? "tick" : "echoed") + "@" +
                        std::to_string(now()));
    }
};

/// Passes ticks on as orders, and writes down which were refused.
class Trader final : public TickReceiver {
public:
    static constexpr About about{"trader", "1", "test", "Sends orders"};
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
class Guardian final : public TickReceiver {
public:
    static constexpr About about{"guardian", "1", "test", "Engages the switch"};

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
class LongClock final : public TickPublisher {
public:
    static constexpr std::uint64_t instants = 20000;
    static constexpr About about{"long_clock", "1", "test", "Moves the time far"};

    bool start() override {
        advance(1000, 1);
        return true;
    }
    void on_post(std::uint64_t token) override {
        publish(topic(ticks, "tick.x"), Tick{1});
        if (token < instants) {
            advance(now() + 1000, token + 1);
        }
    }
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
class Failing final : public TickPublisher {
public:
    static constexpr About about{"failing", "1", "test", "Cannot start"};

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
    agent.setup.ports = port_setups(Class::ports, DROVER_ENCODING_RECORDS, sizeof(Tick));
    agent.layout_hashes.assign(agent.setup.ports.size(), 77);
    return agent;
}

inline Result<SimulationResult> run_three(const SimulationOptions& options = {}) {
    diary.clear();
    std::vector<SimulatedAgent> agents;
    agents.push_back(simulated<Clock>("clock", 1, true));
    agents.push_back(simulated<Echo>("echo", 2));
    agents.push_back(simulated<Listener>("listener", 3));
    return Simulation(std::move(agents), options).run();
}

}  // namespace test
}  // namespace drover
