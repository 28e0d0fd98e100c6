// A first agent: says when a market has closed higher than ever before.
#include <drover/trading/records.hpp>

struct NewHigh final : drover::Agent {
    static constexpr drover::About about{"new_high", "1.0.0", "example", "Sees new highs"};
    static constexpr drover::In<drover_bar> bars{0, "bars", "market.bar.>", "Completed bars"};
    static constexpr drover::Out<drover_signal> highs{1, "highs", "pattern.new_high", "New highs"};
    static constexpr auto ports = drover::ports(bars, highs);
    static constexpr bool keeps_state = true;

    void on_message(const drover::Message& message) override {
        for (const drover_bar& bar : message.records(bars)) {
            if (bar.close > top) {
                top = bar.close;
                state_dirty();
                drover_signal signal{};
                drover::set_text(signal.symbol, drover::text_of(bar.symbol));
                drover::set_text(signal.reason, "The market has never closed higher.");
                signal.price = bar.close;
                publish(topic(highs, "pattern.new_high"), signal);
            }
        }
    }
    void save_state(std::string& text) const override { text = std::to_string(top); }
    void load_state(std::string_view old, uint32_t) override { top = std::stoll(std::string(old)); }

    std::int64_t top = 0;  // The highest close so far.
};
DROVER_LIBRARY(NewHigh)
