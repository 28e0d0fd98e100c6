// Agents that throw: through the C++ layer, which turns exceptions into failures, and past it.
#include <stdexcept>

#include "plugins_that_misbehave/occasional_agent.hpp"
#include "plugins_that_misbehave/test_topics.hpp"

namespace drover::misbehaving {

class ThrowsAtStart final : public OccasionalAgent {
public:
    static constexpr About about{"at-start",
                                 "1.0.0",
                                 "drover tests",
                                 "Throws at its start.",
                                 DROVER_AGENT_STATELESS,
                                 occasion_schema};
    static constexpr std::array<drover_port, 0> ports{};

    bool start() override {
        if (has_come()) {
            throw std::runtime_error("the start went wrong on purpose");
        }
        return true;
    }
};

class ThrowsOnMessage final : public OccasionalAgent {
public:
    static constexpr About about{"on-message",
                                 "1.0.0",
                                 "drover tests",
                                 "Throws on a message.",
                                 DROVER_AGENT_STATELESS,
                                 occasion_schema};
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    void on_message(const Message&) override {
        if (has_come()) {
            throw std::runtime_error("the message went wrong on purpose");
        }
    }
};

/// Throws something that is no exception class.
class ThrowsANumber final : public OccasionalAgent {
public:
    static constexpr About about{"a-number",
                                 "1.0.0",
                                 "drover tests",
                                 "Throws a number.",
                                 DROVER_AGENT_STATELESS,
                                 occasion_schema};
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    void on_message(const Message&) override {
        if (has_come()) {
            throw 42;
        }
    }
};

/// Throws in stop.
class ThrowsWhileStopping final : public Agent {
public:
    static constexpr About about{"while-stopping",
                                 "1.0.0",
                                 "drover tests",
                                 "Throws while it stops.",
                                 DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr std::array<drover_port, 0> ports{};

    void stop(std::int32_t) override { throw std::runtime_error("the stop went wrong on purpose"); }
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::ThrowsAtStart,
               drover::misbehaving::ThrowsOnMessage,
               drover::misbehaving::ThrowsANumber,
               drover::misbehaving::ThrowsWhileStopping)
