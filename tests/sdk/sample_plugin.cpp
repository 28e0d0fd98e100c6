// A plugin of two agents, with everything in it that likes to become an exported symbol.
#include <map>
#include <string>

#include <drover/agent.hpp>
#include <drover/trading/records.hpp>

/// With external linkage, an inline variable and a template: none of them may be exported.
struct Counters {
    static inline std::map<std::string, int> calls;
};
template <typename Value>
Value twice(Value value) {
    static Value last{};
    last = value;
    return last + last;
}
int answer_of_the_library() {
    return twice(++Counters::calls["answer"]);
}

/// Publishes each bar's close as a signal.
class Echo final : public drover::Agent {
public:
    static constexpr drover::About about{"echo", "1.0.0", "drover", "Answers bars with signals"};
    static constexpr bool keeps_state = false;
    static constexpr drover::In<drover_bar> bars{0, "bars", "market.bar.>", "Bars"};
    static constexpr drover::Out<drover_signal> signals{1, "signals", "pattern.>", "Signals"};
    static constexpr auto ports = drover::ports(bars, signals);

    void on_message(const drover::Message& message) override {
        for (const drover_bar& bar : message.records(bars)) {
            drover_signal signal{};
            signal.price = bar.close;
            signal.direction = answer_of_the_library() > 0 ? 1 : 0;
            publish(topic(signals, "pattern.echo.SPX"), signal);
        }
    }
};

/// Does nothing.
class Idle final : public drover::Agent {
public:
    static constexpr drover::About about{"idle", "1.0.0", "drover", "Does nothing"};
    static constexpr bool keeps_state = false;
    static constexpr auto ports = drover::ports();
};

DROVER_LIBRARY(Echo, Idle)
