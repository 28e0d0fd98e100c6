// The advisor agent: turns what was recognised into the position to hold, with the reason.
#include "advisor/advisor_agent.hpp"

#include <nlohmann/json.hpp>

namespace drover {

void AdvisorAgent::configure(const Config& config) {
    const auto json = nlohmann::json::parse(config.json.empty() ? "{}" : config.json);
    direction_ = json.value("direction", "long_flat") == "long_short" ? Direction::long_short
                                                                      : Direction::long_flat;
}

bool AdvisorAgent::start() {
    healthy(direction_ == Direction::long_short ? "advises long or short" : "advises long or flat");
    return true;
}

void AdvisorAgent::on_message(const Message& message) {
    for (const drover_signal& signal : message.records(signals)) {
        if (signal.direction != DROVER_DIRECTION_NONE) {
            check(publish(topic_of(text_of(signal.symbol)), advice_for(signal, direction_)));
        }
    }
}

const Topic<drover_advice>& AdvisorAgent::topic_of(std::string_view symbol) {
    const auto found = topics_.find(symbol);
    if (found != topics_.end()) {
        return found->second;
    }
    const auto made = topic(advices, "advice." + topic_token(symbol));
    return topics_.emplace(symbol, made).first->second;
}

}  // namespace drover
