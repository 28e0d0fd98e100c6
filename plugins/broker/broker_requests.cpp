/// What people ask of the broker: accounts, positions, orders, and to flatten.
#include <algorithm>

#include "answer/question.hpp"
#include "answer/table_answer.hpp"
#include "broker/broker_agent.hpp"
#include "broker/broker_answers.hpp"

namespace drover {

void BrokerAgent::on_request(const Request& request) {
    const bool names_symbols = request.is(ask_positions) || request.is(ask_flatten);
    const Question question = request.is(ask_orders) ? Question(request.json(), {"account", "all"})
                              : request.is(ask_flatten)
                                  ? Question(request.json(), {"account", "symbols", "by"})
                              : names_symbols ? Question(request.json(), {"account", "symbols"})
                                              : Question(request.json(), {"account"});
    const std::string account = question.text("account");
    const std::string& own = venue_->settings().account;
    if (!account.empty() && account != own) {
        check(reply(request.id(), TableAnswer::of_another_account(account, own)));
        return;
    }
    const auto symbols = names_symbols ? question.texts("symbols") : std::vector<std::string>{};
    std::string answer;
    if (request.is(ask_flatten)) {
        const std::string person = question.text("by");
        answer = flatten(symbols, person.empty() ? "a person" : person);
    } else if (request.is(ask_positions)) {
        check_symbols(symbols);
        answer = positions_answer(*venue_, symbols);
    } else if (request.is(ask_orders)) {
        answer = orders_answer(*venue_, question.flag("all"));
    } else {
        answer = accounts_answer(*venue_);
    }
    check(reply(request.id(), answer));
}

std::string BrokerAgent::flatten(const std::vector<std::string>& symbols,
                                 const std::string& person) {
    check_symbols(symbols);
    events_.clear();
    const auto done = venue_->flatten(symbols, person, now(), events_);
    if (!events_.empty()) {
        log_warning(person + " flattens account " + venue_->settings().account + ": " +
                    std::to_string(events_.size()) + " changes to orders.");
        state_dirty();
        publish_events();
    }
    return flatten_answer(*venue_, done, person);
}

void BrokerAgent::check_symbols(const std::vector<std::string>& symbols) const {
    const auto& known = venue_->instruments();
    for (const std::string& symbol : symbols) {
        const bool is_known = std::any_of(
            known.begin(), known.end(), [&](const auto& one) { return one.symbol == symbol; });
        if (is_known) {
            continue;
        }
        std::string names;
        for (const Instrument& instrument : known) {
            names += (names.empty() ? "" : ", ") + instrument.symbol;
        }
        throw Failure("request.symbol",
                      "Account " + venue_->settings().account + " knows no symbol '" + symbol +
                          "'; it knows " + (names.empty() ? "none yet" : names) + ".",
                      DROVER_E_NOT_FOUND);
    }
}

}  // namespace drover
