// What people ask of the risk agent: how its breakers stand, and to reset them.
#include "answer/question.hpp"
#include "answer/table_answer.hpp"
#include "decimal/decimal_text.hpp"
#include "indicators/reason_text.hpp"
#include "risk/risk_agent.hpp"

namespace drover {

using Json = nlohmann::json;

namespace {

Json row_of(const Breaker& breaker, const std::string& account) {
    const bool is_tripped = breaker.state != TradingState::active;
    const bool is_measured = breaker.base.has_value();
    return {
        {"account", account},
        {"breaker", breaker.rule.name()},
        {"state", state_name(breaker.state)},
        {"value", is_measured ? Json(to_text(breaker.value)) : Json(nullptr)},
        {"limit", is_measured ? Json(to_text(breaker.limit)) : Json(nullptr)},
        {"base", is_measured ? Json(to_text(*breaker.base)) : Json(nullptr)},
        {"then", state_name(breaker.rule.then)},
        {"since", is_tripped ? Json(time_text(breaker.tripped_by.time)) : Json(nullptr)},
        {"bar",
         is_tripped && !breaker.tripped_by.symbol.empty()
             ? Json(time_text(breaker.tripped_by.open_time))
             : Json(nullptr)},
        {"reason",
         is_tripped ? Json(breaker.tripped_words() + "; it stays so " + breaker.rule.reset_words())
                    : Json(nullptr)}};
}

}  // namespace

void RiskAgent::on_request(const Request& request) {
    const bool is_reset = request.is(ask_reset);
    const Question question = is_reset
                                  ? Question(request.json(), {"account", "breaker", "by", "reason"})
                                  : Question(request.json(), {"account"});
    const std::string account = question.text("account");
    if (!account.empty() && account != config_.account) {
        check(reply(request.id(), TableAnswer::of_another_account(account, config_.account)));
        return;
    }
    if (!is_reset) {
        check(reply(request.id(), status_answer()));
        return;
    }
    event_time_ = now();
    check(reply(request.id(),
                reset_answer(question.text("breaker"),
                             question.required_text("by", "the name of who resets it"),
                             question.required_text("reason", "why trading may go on"))));
}

std::string RiskAgent::status_answer() const {
    TableAnswer answer({{"account"},
                        {"breaker"},
                        {"state"},
                        {"value", true},
                        {"limit", true},
                        {"base", true},
                        {"then"},
                        {"since"},
                        {"bar"},
                        {"reason"}});
    for (const Breaker& breaker : breakers_.all()) {
        answer.add(row_of(breaker, config_.account));
    }
    answer.say("Account " + config_.account + " is " + state_name(breakers_.state()) +
               (breakers_.is_any() ? "; a day begins after " + breakers_.day().text() + "."
                                   : "; its config has no breakers."));
    return answer.text();
}

std::string RiskAgent::reset_answer(const std::string& breaker,
                                    const std::string& by,
                                    const std::string& reason) {
    std::string names;
    bool is_known = breaker.empty();
    for (const Breaker& one : breakers_.all()) {
        names += (names.empty() ? "" : ", ") + std::string(one.rule.name());
        is_known = is_known || breaker == one.rule.name();
    }
    if (!is_known) {
        throw Failure("request.breaker",
                      "Account " + config_.account + " has no breaker '" + breaker + "'; it has " +
                          (names.empty() ? "none" : names) + ".",
                      DROVER_E_NOT_FOUND);
    }
    judge_breakers();
    const auto changes = breakers_.reset(breaker, by, reason, event_time_);
    carry_out(changes);
    TableAnswer answer({});
    for (const BreakerChange& change : changes) {
        answer.say(change.reason);
    }
    if (changes.empty()) {
        answer.say((breaker.empty() ? "No breaker" : breaker) + " of account " + config_.account +
                   (breaker.empty() ? " has tripped" : " has not tripped") + ": nothing was done.");
    }
    answer.say("Account " + config_.account + " is " + state_name(breakers_.state()) + ".");
    return answer.text();
}

}  // namespace drover
