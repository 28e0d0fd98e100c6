// An agent all of whose memory lies with the host: in its store and in its random numbers. It tells
// what it draws, and what the host refused it.
#include <cstdlib>
#include <string>

#include "plugins_that_misbehave/test_config.hpp"
#include "plugins_that_misbehave/test_topics.hpp"

namespace drover::misbehaving {

/// One draw: what the agent knows, so that every difference in what it was given shows.
struct Draw {
    std::uint64_t count;    ///< Of draws, over all lives.
    std::uint64_t number;   ///< What was drawn.
    std::uint64_t lives;    ///< How many lives there were before this one.
    std::uint64_t refused;  ///< Publications in this life that a quota did not let through.
    std::uint64_t denied;   ///< Draws in this life for which the rules denied the second topic.
};
inline constexpr drover_field draw_fields[] = {
    DROVER_FIELD(Draw, count, DROVER_KIND_U64, 0, nullptr, "Draws so far"),
    DROVER_FIELD(Draw, number, DROVER_KIND_U64, 0, nullptr, "What was drawn"),
    DROVER_FIELD(Draw, lives, DROVER_KIND_U64, 0, nullptr, "Lives before this one"),
    DROVER_FIELD(Draw, refused, DROVER_KIND_U64, 0, nullptr, "Beyond the quota, in this life"),
    DROVER_FIELD(Draw, denied, DROVER_KIND_U64, 0, nullptr, "Denied by the rules, in this life")};
inline constexpr drover_message_type draw_type =
    DROVER_RECORD_TYPE(Draw, "test.draw", 1, draw_fields, "A draw");

}  // namespace drover::misbehaving

template <>
struct drover::MessageTypeOf<drover::misbehaving::Draw> {
    static constexpr const drover_message_type* value = &drover::misbehaving::draw_type;
};

namespace drover::misbehaving {

/// Draws a number every few milliseconds, publishes it as often as `burst` says, and once more on
/// draw.second where that is allowed.
class Drawer final : public Agent {
public:
    static constexpr About about{"drawer",
                                 "1.0.0",
                                 "drover tests",
                                 "Draws numbers and counts them in its store.",
                                 0,
                                 R"({"type":"object","additionalProperties":false,"properties":{
            "burst":{"type":"integer","minimum":1},"period_ms":{"type":"integer","minimum":0}}})"};
    static constexpr bool keeps_state = false;
    static constexpr bool stores = true;
    static constexpr Out<Draw> draws{0, "draws", "draw.>", "The draws"};
    static constexpr In<Anything> bars{
        1, "bars", "market.bar.>", "Without a period, one draw each"};
    static constexpr auto ports = drover::ports(draws, bars);

    void configure(const Config& config) override {
        burst_ = number_value(config.json, "burst", 1);
        period_ = number_value(config.json, "period_ms", 5) * 1'000'000;
        lives_ = period_ > 0 ? kept("lives") : 0;
    }
    bool start() override {
        topic_ = topic(draws, "draw.first");
        store().put("lives", std::to_string(lives_ + 1));
        if (lives_ == 0) {
            store().put("born", std::to_string(now()));
        }
        if (period_ > 0) {
            set_timer(1, now() + period_, period_);
        }
        return true;
    }
    void on_timer(std::uint64_t, std::int64_t, std::uint32_t) override { draw(); }
    void on_message(const Message&) override {
        if (period_ == 0) {
            draw();
        }
    }

private:
    static constexpr std::uint32_t none = UINT32_MAX;
    static constexpr std::uint64_t forget_every = 7;

    void draw() {
        const std::uint64_t count = kept("count") + 1;
        store().put("count", std::to_string(count));
        const Topic<Draw> second = second_topic();
        const Draw drawn{count, random(), lives_, refused_, denied_};
        for (std::int64_t sent = 0; sent < burst_; ++sent) {
            // Of another time each, so that each is a message of its own.
            tell(topic_, drawn, now() + sent);
        }
        if (second.handle != none) {
            tell(second, drawn, now());
        }
        if (count % forget_every == 0) {
            store().erase("born");
        }
        if (count % forget_every == 1 && !store().get("born")) {
            store().put("born", std::to_string(now()));
        }
    }

    [[nodiscard]] std::uint64_t kept(const char* key) const {
        return std::strtoull(store().get(key).value_or("0").c_str(), nullptr, 10);
    }
    [[nodiscard]] Topic<Draw> second_topic() {
        static constexpr std::string_view name = "draw.second";
        Topic<Draw> second;
        const drover_status found =
            host()->topic(host(), draws.index, {name.data(), name.size()}, &second.handle);
        if (found < 0) {
            second.handle = none;
            ++denied_;
        }
        return second;
    }
    void tell(Topic<Draw> topic, const Draw& draw, std::int64_t event_time) {
        if (publish(topic, draw, event_time) == DROVER_E_QUOTA) {
            ++refused_;
        }
    }

    std::int64_t burst_ = 1;
    std::int64_t period_ = 0;
    std::uint64_t lives_ = 0;
    std::uint64_t refused_ = 0;
    std::uint64_t denied_ = 0;
    Topic<Draw> topic_;
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::Drawer)
