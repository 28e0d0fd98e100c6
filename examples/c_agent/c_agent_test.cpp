// The tests of the C agent: loads the library named on the command line and drives it.
#include <cstdio>

#include <drover/testing/harness.hpp>
#include <drover/trading/records.hpp>

namespace {

int failures = 0;

void expect(bool holds, const char* sentence) {
    std::printf("%s: %s\n", holds ? "ok" : "FAILED", sentence);
    failures += holds ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "Usage: c_agent_test PLUGIN\n");
        return 2;
    }
    drover::testing::Harness harness(drover::testing::load(argv[1]), "bar_counter");
    expect(harness.start() == DROVER_OK, "it starts");

    harness.deliver("market.bar.SPX.1d", drover_bar{}, 1);
    harness.deliver("market.bar.SPX.1d", std::vector<drover_bar>(3), 2);
    const auto counts = harness.take_json("count.bars");
    expect(counts == std::vector<std::string>{R"({"bars":1})", R"({"bars":4})"}, "it counts");

    harness.restart();
    harness.deliver("market.bar.SPX.1d", drover_bar{}, 3);
    expect(harness.take_json(">") == std::vector<std::string>{R"({"bars":5})"},
           "it goes on counting after a restart");

    expect(harness.violations().empty(), "it keeps the contract of the ABI");

    harness.set_saved_state("cut", 1);
    expect(harness.restart() == DROVER_E_INVALID, "it refuses a state that is cut off");
    expect(harness.failure()->code == "state.short", "it says why");
    return failures == 0 ? 0 : 1;
}
