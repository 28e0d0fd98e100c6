// An agent that engages the kill switch when it has heard enough.
#include <drover/extension/control.h>

#include "plugins_that_misbehave/test_config.hpp"
#include "plugins_that_misbehave/test_topics.hpp"

namespace drover::misbehaving {

/// Engages the switch once, at the tick after `after` others.
class Guardian final : public Agent {
public:
    static constexpr About about{"guardian",
                                 "1.0.0",
                                 "drover tests",
                                 "Engages the kill switch.",
                                 DROVER_AGENT_STATELESS,
                                 R"({"type":"object","additionalProperties":false,"properties":{
            "after":{"type":"integer","minimum":0}}})"};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    void configure(const Config& config) override { left_ = number_value(config.json, "after", 0); }
    bool start() override {
        control_ = static_cast<const drover_control_v1*>(
            host()->get_extension(host(), DROVER_EXTENSION_CONTROL));
        if (control_ == nullptr) {
            degraded("no_grant", "drover.control/1 is not lent");
        }
#if defined(DROVER_TEST_ENGAGES_AND_FAILS)
        throw Failure("guardian", engage() < 0 ? last_error() : "It has engaged the switch.");
#else
        return true;
#endif
    }
    void on_message(const Message&) override {
        if (control_ == nullptr || is_done_ || left_-- > 0) {
            return;
        }
        is_done_ = true;
        if (engage() < 0) {
            degraded("not_engaged", last_error());
        }
    }

private:
    drover_status engage() const {
        const std::string_view reason = "the guardian has heard enough";
        return control_->engage(host(), {reason.data(), reason.size()});
    }

    const drover_control_v1* control_ = nullptr;
    std::int64_t left_ = 0;
    bool is_done_ = false;
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::Guardian)
