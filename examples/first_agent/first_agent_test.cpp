// The tests of the first agent: plain C++ and the SDK's harness, no test framework.
#include <cstdio>

#include <drover/testing/harness.hpp>
#include <drover/trading/records.hpp>

namespace {

constexpr std::int64_t day = 86'400'000'000'000;
constexpr std::int64_t price_unit = 1'000'000'000;
int failures = 0;

void expect(bool holds, const char* sentence) {
    std::printf("%s: %s\n", holds ? "ok" : "FAILED", sentence);
    failures += holds ? 0 : 1;
}

drover_bar bar_closing_at(std::int64_t close) {
    drover_bar bar{};
    drover::set_text(bar.symbol, "SPX");
    drover::set_text(bar.interval, "1d");
    bar.close = close * price_unit;
    return bar;
}

}  // namespace

int main() {
    drover::testing::Harness harness(drover_library_v1(), "new_high");
    expect(harness.start() == DROVER_OK, "it starts");

    harness.deliver("market.bar.SPX.1d", bar_closing_at(100), 1 * day);
    harness.deliver("market.bar.SPX.1d", bar_closing_at(90), 2 * day);
    harness.deliver("market.bar.SPX.1d", bar_closing_at(110), 3 * day);
    const auto highs = harness.take<drover_signal>("pattern.new_high");
    expect(highs.size() == 2, "it sees the first close and the higher one");
    expect(!highs.empty() && highs.back().price == 110 * price_unit, "it says the price");
    expect(!highs.empty() && drover::text_of(highs.back().symbol) == "SPX", "it says the symbol");

    harness.restart();
    harness.deliver("market.bar.SPX.1d", bar_closing_at(105), 4 * day);
    expect(harness.published().empty(), "it remembers the highest close over a restart");

    expect(harness.violations().empty(), "it keeps the contract of the ABI");
    return failures == 0 ? 0 : 1;
}
