// A receiver that handles messages far more slowly than they come.
#include <chrono>
#include <thread>

#include "plugins_that_misbehave/test_config.hpp"
#include "plugins_that_misbehave/test_topics.hpp"

namespace drover::misbehaving {

/// Takes `pause_us` for each message of the flood, and for each order.
class SlowReceiver final : public Agent {
public:
    static constexpr About about{"slow-receiver",
                                 "1.0.0",
                                 "drover tests",
                                 "Takes its time for each message.",
                                 DROVER_AGENT_STATELESS,
                                 R"({"type":"object","additionalProperties":false,"properties":{
            "pause_us":{"type":"integer","minimum":1}}})"};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> flood{0, "flood", "test.flood.>", "The flood"};
    static constexpr In<Tick> orders{1, "orders", "order.submit.>", "Ticks on a gated topic"};
    static constexpr auto ports = drover::ports(flood, orders);

    void configure(const Config& config) override {
        pause_ = std::chrono::microseconds(number_value(config.json, "pause_us", 1000));
    }
    void on_message(const Message&) override { std::this_thread::sleep_for(pause_); }

private:
    std::chrono::microseconds pause_{};
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::SlowReceiver)
