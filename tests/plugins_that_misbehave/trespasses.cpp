// Agents that do what they may not: each reports by its health what the host answered.
#include <atomic>
#include <chrono>
#include <thread>

#include "plugins_that_misbehave/test_config.hpp"
#include "plugins_that_misbehave/test_topics.hpp"

namespace drover::misbehaving {

/// Publishes on a topic that none of its ports covers.
class PublishesOutsideItsPorts final : public Agent {
public:
    static constexpr About about{"outside-its-ports",
                                 "1.0.0",
                                 "drover tests",
                                 "Asks for a topic that it has no port for.",
                                 DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr Out<Tick> own{0, "own", "test.own.>", "Its own topics"};
    static constexpr auto ports = drover::ports(own);

    bool start() override {
        Topic<Tick> foreign;
        const drover_status status =
            host()->topic(host(), own.index, borrow("test.tick"), &foreign.handle);
        if (status == DROVER_E_DENIED) {
            degraded("denied", "denied: " + last_error());
        }
        return true;
    }
};

/// Has a port for orders, but the fleet's rules name somebody else as their publisher.
class PublishesWhatAnotherOwns final : public Agent {
public:
    static constexpr About about{"what-another-owns",
                                 "1.0.0",
                                 "drover tests",
                                 "Asks for a topic that belongs to another agent.",
                                 DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr Out<Tick> orders{0, "orders", "order.submit.>", "Orders that are not its own"};
    static constexpr auto ports = drover::ports(orders);

    bool start() override {
        Topic<Tick> foreign;
        const drover_status status =
            host()->topic(host(), orders.index, borrow("order.submit.stolen"), &foreign.handle);
        if (status == DROVER_E_DENIED) {
            degraded("denied", "denied: " + last_error());
        }
        return true;
    }
};

/// Publishes on a handle it was never given, and records of a wrong size on one that it was.
class ForgesHandles final : public Agent {
public:
    static constexpr About about{"forged-handles",
                                 "1.0.0",
                                 "drover tests",
                                 "Uses a handle that it was never given.",
                                 DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr Out<Tick> own{0, "own", "test.own.>", "Its own topics"};
    static constexpr auto ports = drover::ports(own);

    bool start() override {
        const Tick tick{1};
        const auto forged = host()->publish(
            host(), 4'000'000'000U, DROVER_EVENT_TIME_INHERIT, &tick, 1, sizeof(tick), nullptr);
        const auto mine = topic(own, "test.own.one");
        const auto wrong_size = host()->publish(
            host(), mine.handle, DROVER_EVENT_TIME_INHERIT, &tick, 1, sizeof(tick) - 1, nullptr);
        if (forged < 0 && wrong_size == DROVER_E_TYPE) {
            degraded("denied", "denied: both publications were refused");
        }
        return true;
    }
};

/// Its thread goes on to call the host after stop has returned.
class CallsAfterStop final : public Agent {
public:
    static constexpr About about{"call-after-stop",
                                 "1.0.0",
                                 "drover tests",
                                 "Calls the host after it has stopped.",
                                 DROVER_AGENT_STATELESS | DROVER_AGENT_THREADS};
    static constexpr bool keeps_state = false;
    static constexpr Out<Tick> flood{0, "flood", "test.after.>", "Ticks that come too late"};
    static constexpr auto ports = drover::ports(flood);

    bool start() override {
        const auto late = topic(flood, "test.after.stop");
        const drover_host* table = host();
        std::thread([table, late] {
            const Tick tick{1};
            for (;;) {
                (void)table->publish(
                    table, late.handle, DROVER_EVENT_TIME_INHERIT, &tick, 1, sizeof(tick), nullptr);
                table->log(table, DROVER_LOG_DEBUG, borrow("still here"));
                table->health(table, DROVER_HEALTH_HEALTHY, "ok", borrow("still here"));
                (void)table->post(table, 1);
                std::this_thread::sleep_for(std::chrono::microseconds(200));
            }
        }).detach();
        return true;
    }
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::PublishesOutsideItsPorts,
               drover::misbehaving::PublishesWhatAnotherOwns,
               drover::misbehaving::ForgesHandles,
               drover::misbehaving::CallsAfterStop)
