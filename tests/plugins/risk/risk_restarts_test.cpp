// A risk agent that is restarted after everything that it is told says what one life says.
#include <string>
#include <vector>

#include "tests/plugins/risk/risk_fixture.hpp"

namespace drover {
namespace {

struct RiskRestarts : Risk {
    /// Everything published while `story` is told.
    template <typename Story>
    std::vector<std::string> said(bool restarts, const char* config, Story&& story) {
        restarts_after_each = false;
        begin(config);
        restarts_after_each = restarts;
        story();
        std::vector<std::string> all;
        for (const auto& message : harness->published()) {
            all.push_back(message.topic + " " + message.payload);
        }
        return all;
    }
    template <typename Story>
    void expect_the_same(const char* config, Story&& story) {
        const auto undisturbed = said(false, config, story);
        const auto restarted = said(true, config, story);
        EXPECT_GT(undisturbed.size(), 3U) << "there must be something to compare";
        EXPECT_EQ(restarted, undisturbed);
    }
};

TEST_F(RiskRestarts, change_nothing_in_sizing_by_the_equity_and_the_last_close) {
    expect_the_same(R"({"sizing": {"method": "fixed_fraction", "fraction": 0.5}})", [this] {
        bar(1, 100);
        account(1, 0, 0, "SPX", 1000);
        advise(1, DROVER_TARGET_LONG);
        bar(2, 40);
        account(2, 0, 0, "SPX", 4000);
        advise(2, DROVER_TARGET_LONG);
        bar(3, 50);
        position(3, 7);
        account(3, 1, 0, "SPX", 5000);
        advise(3, DROVER_TARGET_FLAT);
        bar(4, 60);
        account(4, 0, 0);
    });
}

TEST_F(RiskRestarts, change_nothing_in_an_entry_that_waits_for_the_account) {
    expect_the_same("{}", [this] {
        account(1, 0, 0);
        bar(2, 100);
        advise(2, DROVER_TARGET_LONG);
        account(2, 0, 0);
        advise(3, DROVER_TARGET_FLAT);
        bar(4, 101);
        advise(5, DROVER_TARGET_LONG);
        bar(6, 100);
    });
}

TEST_F(RiskRestarts, change_nothing_between_a_position_and_its_snapshot) {
    expect_the_same(R"({"limits": {"max_position": 5}})", [this] {
        account(1, 0, 0);
        bar(1, 100);
        advise(1, DROVER_TARGET_LONG);
        drover_order order{};
        set_text(order.client_order_id, "not-known-here");
        order.quantity = one;
        order.side = DROVER_SIDE_BUY;
        event(2, order, DROVER_ORDER_WORKING);
        position(2, 1);
        account(2, 1, 1);
        advise(2, DROVER_TARGET_FLAT);
        position(3, 1);
        account(3, 1, 0);
        advise(4, DROVER_TARGET_LONG);
        account(5, 0, 0);
    });
}

TEST_F(RiskRestarts, change_nothing_in_breakers) {
    expect_the_same(R"({"breakers": {"daily_loss": {"limit": 0.05, "action": "reduce"}}})", [this] {
        bar(1, 100);
        position(1, 1);
        account(1, 1, 0, "SPX", 1000);
        bar(2, 50);
        position(2, 1);
        account(2, 1, 0, "SPX", 940);
        advise(2, DROVER_TARGET_LONG);
        advise(3, DROVER_TARGET_FLAT);
    });
}

}  // namespace
}  // namespace drover
