// The breakers of one account: what each measures now, whether it has tripped, and how it ends.
#include "risk/breakers.hpp"

#include <algorithm>
#include <utility>

#include "decimal/decimal_text.hpp"
#include "indicators/reason_text.hpp"

namespace drover {

namespace {

std::string when_words(const AccountMark& mark) {
    return mark.symbol.empty() ? "at " + time_text(mark.time)
                               : "with the bar of " + time_text(mark.open_time);
}

std::string measure_words(const Breaker& breaker, Money value, Money limit, Money base) {
    const BreakerRule& rule = breaker.rule;
    const std::string share = rule.limit ? "" : to_text(rule.percent) + "% of ";
    return std::string(rule.name()) + " was " + to_text(value, 2) + " against a limit of " +
           to_text(limit, 2) + " (" + share + rule.base_words() + " " + to_text(base, 2) + ")";
}

}  // namespace

std::string Breaker::tripped_words() const {
    return measure_words(*this, tripped_value, tripped_limit, tripped_base) + " " +
           when_words(tripped_by);
}

Breakers::Breakers(BreakerConfig config) : day_(std::move(config.day)) {
    for (BreakerRule& rule : config.rules) {
        Breaker breaker;
        breaker.rule = std::move(rule);
        all_.push_back(std::move(breaker));
    }
}

std::vector<BreakerChange> Breakers::take(const AccountMark& mark) {
    const std::int64_t day = day_.last_before(mark.time);
    const bool is_new_day = !day_start_ || day > *day_start_;
    if (is_new_day) {
        day_start_ = day;
    }
    std::vector<BreakerChange> changes;
    for (Breaker& breaker : all_) {
        move_base(breaker, mark, is_new_day);
        const bool is_measured = measure(breaker, mark.equity);
        const bool is_beyond = !is_measured || breaker.value >= breaker.limit;
        if (breaker.state == TradingState::active && is_beyond) {
            // What cannot be measured is not traded.
            breaker.state = is_measured ? breaker.rule.then : TradingState::halted;
            breaker.tripped_value = breaker.value;
            breaker.tripped_limit = breaker.limit;
            breaker.tripped_base = *breaker.base;
            breaker.tripped_by = mark;
            changes.push_back(change_of(breaker, mark));
            changes.back().reason = breaker.tripped_words() + ": trading is " +
                                    state_name(breaker.state) + " " + breaker.rule.reset_words() +
                                    ".";
        } else if (breaker.state != TradingState::active && !is_beyond && is_due(breaker, mark)) {
            breaker.state = TradingState::active;
            changes.push_back(change_of(breaker, mark));
            changes.back().reason =
                measure_words(breaker, breaker.value, breaker.limit, *breaker.base) + " " +
                when_words(mark) + ": it is active again, as its reset rule says.";
        }
    }
    last_equity_ = mark.equity;
    for (BreakerChange& change : changes) {
        change.account_state = state();
    }
    return changes;
}

std::vector<BreakerChange> Breakers::reset(std::string_view name,
                                           const std::string& by,
                                           const std::string& reason,
                                           std::int64_t time) {
    std::vector<BreakerChange> changes;
    AccountMark mark;
    mark.time = time;
    for (Breaker& breaker : all_) {
        const bool is_meant = name.empty() || name == breaker.rule.name();
        if (!is_meant || breaker.state == TradingState::active || !last_equity_) {
            continue;
        }
        const std::string was = state_name(breaker.state);
        breaker.state = TradingState::active;
        breaker.base = last_equity_;
        (void)measure(breaker, *last_equity_);
        changes.push_back(change_of(breaker, mark));
        changes.back().by = by;
        changes.back().reason = by + " reset " + breaker.rule.name() + ", which was " + was +
                                "; it is measured from " + to_text(*last_equity_, 2) +
                                " now. Reason: " + reason;
    }
    for (BreakerChange& change : changes) {
        change.account_state = state();
    }
    return changes;
}

TradingState Breakers::state() const {
    const Breaker* worst = decisive();
    return worst == nullptr ? TradingState::active : worst->state;
}

const Breaker* Breakers::decisive() const {
    const auto worst =
        std::max_element(all_.begin(), all_.end(), [](const Breaker& left, const Breaker& right) {
            return left.state < right.state;
        });
    return worst == all_.end() || worst->state == TradingState::active ? nullptr : &*worst;
}

void Breakers::move_base(Breaker& breaker, const AccountMark& mark, bool is_new_day) const {
    if (breaker.rule.kind == BreakerKind::daily_loss) {
        if (is_new_day || !breaker.base) {
            breaker.base = last_equity_.value_or(mark.equity);
        }
        return;
    }
    const Money highest = breaker.base.value_or(mark.initial_cash);
    breaker.base = std::max(highest, mark.equity);
}

bool Breakers::measure(Breaker& breaker, Money equity) {
    try {
        const Money value = *breaker.base - equity;
        breaker.limit = breaker.rule.limit ? *breaker.rule.limit
                                           : percent_of(*breaker.base, breaker.rule.percent);
        breaker.value = value;
        return true;
    } catch (const DecimalOverflow&) {
        return false;
    }
}

bool Breakers::is_due(const Breaker& breaker, const AccountMark& mark) const {
    switch (breaker.rule.reset) {
        case ResetRule::next_session:
            return *day_start_ >= breaker.tripped_by.time;
        case ResetRule::after:
            return mark.time - breaker.tripped_by.time >= breaker.rule.reset_after;
        default:
            return false;
    }
}

BreakerChange Breakers::change_of(const Breaker& breaker, const AccountMark& mark) const {
    BreakerChange change;
    change.breaker = breaker.rule.name();
    change.state = breaker.state;
    change.value = breaker.value;
    change.limit = breaker.limit;
    change.base = *breaker.base;
    change.mark = mark;
    return change;
}

}  // namespace drover
