#include "campaigns/replay_outcome.hpp"

#include <map>

#include "base/json_value.hpp"

namespace drover::campaigns {
namespace {

using scenarios::FleetUnderTest;

/// The answer of an agent as text. What was killed last may still be on its way back, so who is not
/// answered asks again; at the end of its patience it has what the command said.
std::string answer_of(const FleetUnderTest& fleet,
                      const std::string& agent,
                      const std::string& port,
                      const std::string& question) {
    std::string answer;
    const auto is_answered = [&] {
        const auto asked = fleet.drover({"request", agent, port, question, "-o", "json"});
        const auto document = parse_json(asked.output);
        const bool is_reply =
            asked.exit_code == 0 && document && document.value().contains("reply");
        answer = is_reply ? document.value().at("reply").dump() : asked.text();
        return is_reply;
    };
    (void)scenarios::eventually(is_answered);
    return answer;
}

/// How often each order stands in a list of them.
std::map<std::string, int> orders_in(const std::string& list) {
    std::map<std::string, int> found;
    const auto document = parse_json(list);
    if (document && document.value().contains("rows")) {
        for (const Json& row : document.value().at("rows")) {
            ++found[value_or<std::string>(row, "id", "")];
        }
    }
    return found;
}

}  // namespace

std::optional<ReplayOutcome> outcome_of(const FleetUnderTest& fleet, std::chrono::seconds longest) {
    const bool has_ended = scenarios::eventually(
        [&fleet] {
            const auto status = fleet.status();
            return status && (*status)["market-data"].reason.starts_with("history ended");
        },
        longest);
    if (!has_ended) {
        return std::nullopt;
    }
    // A request of a person enters the replay's queue behind everything that is in it.
    return ReplayOutcome{answer_of(fleet, "broker", "orders", R"({"all": true})"),
                         answer_of(fleet, "broker", "positions", "{}"),
                         answer_of(fleet, "broker", "accounts", "{}"),
                         answer_of(fleet, "performance", "trades", R"({"count": 1000})")};
}

std::size_t count_orders(const ReplayOutcome& outcome) {
    return orders_in(outcome.orders).size();
}

OutcomeDifference difference_of(const ReplayOutcome& undisturbed, const ReplayOutcome& killed) {
    OutcomeDifference difference;
    auto now = orders_in(killed.orders);
    for (const auto& [id, count] : orders_in(undisturbed.orders)) {
        difference.lost += now[id] < count ? 1 : 0;
        difference.doubled += now[id] > count ? 1 : 0;
        now.erase(id);
    }
    difference.doubled += static_cast<int>(now.size());
    const auto compare =
        [&](const char* what, const std::string& before, const std::string& after) {
            if (before != after) {
                difference.sentences.push_back(std::string("the ") + what +
                                               " differ.\nundisturbed: " + before +
                                               "\nkilled:      " + after);
            }
        };
    compare("orders", undisturbed.orders, killed.orders);
    compare("positions", undisturbed.positions, killed.positions);
    compare("accounts", undisturbed.account, killed.account);
    compare("trades", undisturbed.trades, killed.trades);
    return difference;
}

}  // namespace drover::campaigns
