// What to hold, given what was recognised.
#include "advisor/advice.hpp"

#include <string>

#include <drover/agent.hpp>
#include <drover/trading/market.h>

namespace drover {

namespace {

drover_advice without_reason(const drover_signal& signal, Direction direction) {
    drover_advice advice{};
    set_text(advice.symbol, text_of(signal.symbol));
    set_text(advice.interval, text_of(signal.interval));
    advice.price = signal.price;
    advice.stop = DROVER_NO_VALUE;
    advice.confidence = 1.0;
    if (signal.direction == DROVER_DIRECTION_UP) {
        advice.target = DROVER_TARGET_LONG;
    } else {
        advice.target =
            direction == Direction::long_short ? DROVER_TARGET_SHORT : DROVER_TARGET_FLAT;
    }
    return advice;
}

const char* target_words(std::int32_t target) {
    switch (target) {
        case DROVER_TARGET_LONG:
            return "Be long";
        case DROVER_TARGET_SHORT:
            return "Be short";
        default:
            return "Be flat";
    }
}

}  // namespace

drover_advice advice_for(const drover_signal& signal, Direction direction) {
    drover_advice advice = without_reason(signal, direction);
    std::string reason = target_words(advice.target);
    if (advice.target == DROVER_TARGET_FLAT) {
        reason += " (long_flat)";
    }
    reason += ": ";
    reason += text_of(signal.reason);
    set_text(advice.reason, reason);
    return advice;
}

}  // namespace drover
