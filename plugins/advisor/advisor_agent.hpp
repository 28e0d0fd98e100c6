/// The advisor agent: turns what was recognised into the position to hold, with the reason.
#pragma once

#include <map>
#include <string>

#include <drover/trading/records.hpp>

#include "advisor/advice.hpp"

namespace drover {

/// Publishes one advice for each signal that has a direction, on advice.<symbol>. The latest signal
/// of a symbol decides; an advice is a target, so repeating one changes nothing.
class AdvisorAgent : public Agent {
public:
    static constexpr const char* config_schema = R"json({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "direction": {
                "type": "string", "enum": ["long_flat", "long_short"], "default": "long_flat",
                "description": "What a falling signal means: no position, or a short one."
            }
        }
    })json";
    static constexpr About about{"advisor",
                                 "0.1.0",
                                 "drover",
                                 "Turns signals into target positions",
                                 DROVER_AGENT_DETERMINISTIC | DROVER_AGENT_STATELESS,
                                 config_schema,
                                 R"({"direction": "long_flat"})"};
    static constexpr In<drover_signal> signals{0, "signals", "pattern.>", "What was recognised"};
    static constexpr Out<drover_advice> advices{1, "advices", "advice.>", "The position to hold"};
    static constexpr auto ports = drover::ports(signals, advices);
    static constexpr bool keeps_state = false;

    void configure(const Config& config) override;
    bool start() override;
    void on_message(const Message& message) override;

private:
    const Topic<drover_advice>& topic_of(std::string_view symbol);

    Direction direction_ = Direction::long_flat;
    std::map<std::string, Topic<drover_advice>, std::less<>> topics_;
};

}  // namespace drover
