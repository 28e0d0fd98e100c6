/// The risk agent: judges advice, sizes positions, and is the only sender of an account's orders.
#pragma once

#include <map>
#include <optional>
#include <string>

#include <drover/trading/records.hpp>

#include "risk/breakers.hpp"
#include "risk/expected_positions.hpp"
#include "risk/order_plan.hpp"
#include "risk/risk_config.hpp"
#include "risk/symbol_desk.hpp"

namespace drover {

/// Each advice is a target; the order is what lies between it and the expected position. Each
/// advice gets a verdict with the numbers, and so does each order that is lost or refused later.
/// The rules are those of docs/trading_agents.md.
class RiskAgent : public Agent {
public:
    static constexpr About about{
        "risk",
        "0.1.0",
        "drover",
        "Sizes positions, keeps limits, and sends the orders of one account",
        DROVER_AGENT_DETERMINISTIC,
        risk_config_schema,
        R"({"sizing": {"method": "fixed_units", "units": 1}, "limits": {"max_position": 1}})",
        1};
    static constexpr In<drover_advice> advices{0, "advices", "advice.>", "Target positions"};
    static constexpr In<drover_bar> bars{1, "bars", "market.bar.>", "Completed bars"};
    static constexpr In<drover_account> accounts{2, "accounts", "account.>", "Snapshots"};
    static constexpr In<drover_position> positions{3, "positions", "position.>", "Positions"};
    static constexpr In<drover_order_event> events{
        4, "order_events", "order.event.>", "What became of orders"};
    static constexpr Out<drover_verdict> verdicts{
        5, "verdicts", "risk.verdict.>", "What was decided, and why"};
    static constexpr Out<drover_order> orders{6, "orders", "order.submit.>", "Orders"};
    static constexpr Out<drover_cancel> cancels{7, "cancels", "order.cancel.>", "Withdrawals"};
    static constexpr Out<drover_breaker> breaker_changes{
        8, "breakers", "risk.breaker.>", "Breakers that have tripped or were reset, and why"};
    static constexpr RequestServer<AnyJson, AnyJson> ask_status{
        9, "risk-status", "risk.status", "The breakers as they stand: {account}"};
    static constexpr RequestServer<AnyJson, AnyJson> ask_reset{
        10,
        "risk-reset",
        "risk.reset",
        "Resets breakers that have tripped: {account, breaker, by, reason}"};
    static constexpr auto ports = drover::ports(advices,
                                                bars,
                                                accounts,
                                                positions,
                                                events,
                                                verdicts,
                                                orders,
                                                cancels,
                                                breaker_changes,
                                                ask_status,
                                                ask_reset);
    static constexpr bool keeps_state = true;

    void configure(const Config& config) override;
    bool start() override;
    void on_message(const Message& message) override;
    void on_request(const Request& request) override;
    void on_timer(std::uint64_t id, std::int64_t due, std::uint32_t missed) override;
    void on_refused(std::string_view topic,
                    std::uint64_t sequence,
                    drover_status status,
                    std::string_view reason) override;
    void save_state(std::string& bytes) const override;
    void load_state(std::string_view bytes, std::uint32_t version) override;

private:
    /// Which life of the broker the book comes from.
    struct BrokerLife {
        std::uint32_t publisher = 0;
        std::uint32_t incarnation = 0;
        bool is_adopted = false;  ///< A snapshot of this life was compared with the book.
    };

    void take_advices(const Message& message);
    void take_bars(const Message& message);
    void take_accounts(const Message& message);
    void take_positions(const Message& message);
    void take_events(const Message& message);

    /// Takes the equity of a snapshot for the breakers. Where several positions are marked one
    /// after the other only the last snapshot of an instant counts.
    void note_mark(const drover_account& account);
    void judge_breakers();
    void carry_out(const std::vector<BreakerChange>& changes);
    void report_trading_state();
    [[nodiscard]] std::string status_answer() const;
    [[nodiscard]] std::string reset_answer(const std::string& breaker,
                                           const std::string& by,
                                           const std::string& reason);
    /// Withdraws working orders that do more than reduce, while the state is not active.
    void cancel_entries();
    /// A person flattens: what was advised before does not trade any more.
    void drop_advice(SymbolDesk& desk);

    /// Whether a record of `account` is ours, from the broker's newest life; a new life begins an
    /// adoption.
    bool is_ours(std::string_view account, const Message& message);
    void judge_lost(const Reconciliation& found, const drover_account& account);
    void publish_lost(const LostOrder& lost, const std::string& why);
    void judge_waiting(const drover_account& account, const Reconciliation& found);
    void expire_waiting(SymbolDesk& desk, const char* words);

    /// Health is degraded while a complaint stands.
    void complain(const char* code, const std::string& text);
    void withdraw(const char* code);
    void report_sound() const;

    SymbolDesk& desk_of(std::string_view symbol);
    void open_topics(SymbolDesk& desk);
    /// Judges the open advice of the desk with what is known now.
    void judge(SymbolDesk& desk);
    [[nodiscard]] OrderPlan plan(const SymbolDesk& desk);
    void carry_out(SymbolDesk& desk, OrderPlan& plan);
    void send_cancels(SymbolDesk& desk, int side, const std::string& reason);
    /// Wall clock only: an order that got no answer for long may have been lost on the way. The
    /// broker answers a cancel with what became of it.
    void ask_about_silent_orders();
    void send_cancel(SymbolDesk& desk, WorkingOrder& order, const std::string& reason);
    /// Sends the order of the plan. What the host refuses turns the plan's verdict.
    std::string send_order(SymbolDesk& desk, OrderPlan& plan);
    void publish_verdict(SymbolDesk& desk, const OrderPlan& plan, std::string_view order_id);

    RiskConfig config_;
    std::string name_;
    bool is_wall_clock_ = false;
    std::int64_t event_time_ = 0;  ///< Of what is being handled.
    ExpectedPositions book_;
    BrokerLife broker_;
    std::optional<Money> equity_;  ///< Of the last snapshot.
    std::map<std::string, SymbolDesk, std::less<>> desks_;
    std::uint64_t lost_bar_messages_ = 0;
    std::map<std::string, std::string, std::less<>> complaints_;  ///< By code; empty: healthy.
    Breakers breakers_;
    std::optional<AccountMark> held_mark_;  ///< Not judged yet.
    std::uint32_t last_open_positions_ = 0;
    Topic<drover_breaker> breaker_topic_;
};

}  // namespace drover
