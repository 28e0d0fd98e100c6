/// The broker agent: brings orders and bars to the paper venue and publishes what comes of them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <drover/trading/records.hpp>

#include "broker/broker_schema.hpp"
#include "broker/paper_venue.hpp"
#include "market_data/market_end.hpp"

namespace drover {

/// For each bar: fills, then order events, the open positions and working orders, then one snapshot
/// of the account. Answers to orders and cancels go out at once.
class BrokerAgent : public Agent {
public:
    static constexpr Out<drover_order_event> events_port{
        0, "events", "order.event.>", "What became of each order, with the reason"};
    static constexpr Out<drover_position> positions_port{
        1, "positions", "position.>", "Open positions, restated before each snapshot"};
    static constexpr Out<drover_account> accounts_port{
        2, "accounts", "account.>", "One snapshot of the account a bar"};
    static constexpr In<drover_order> orders_port{
        3, "orders", "order.submit.>", "Orders; those of other accounts are passed over"};
    static constexpr In<drover_cancel> cancels_port{
        4, "cancels", "order.cancel.>", "Orders to withdraw"};
    static constexpr In<drover_bar> bars_port{
        5, "bars", "market.bar.>", "Completed bars: what orders are matched against"};
    static constexpr In<MarketEnd> end_port{
        6, "end", "market.end", "The history has ended: see at_end"};
    static constexpr RequestServer<AnyJson, AnyJson> ask_accounts{
        7, "accounts", "broker.accounts", "What the account holds: {account}"};
    static constexpr RequestServer<AnyJson, AnyJson> ask_positions{
        8, "positions", "broker.positions", "The open positions: {account, symbols}"};
    static constexpr RequestServer<AnyJson, AnyJson> ask_orders{
        9, "orders", "broker.orders", "Working orders, with all ended ones too: {account, all}"};
    static constexpr RequestServer<AnyJson, AnyJson> ask_flatten{
        10,
        "flatten",
        "broker.flatten",
        "Withdraws all orders and closes all positions for a person: {account, symbols, by}"};
    static constexpr auto ports = drover::ports(events_port,
                                                positions_port,
                                                accounts_port,
                                                orders_port,
                                                cancels_port,
                                                bars_port,
                                                end_port,
                                                ask_accounts,
                                                ask_positions,
                                                ask_orders,
                                                ask_flatten);
    static constexpr About about{"broker",
                                 "0.1.0",
                                 "drover",
                                 "Fills orders on paper and keeps the account",
                                 DROVER_AGENT_DETERMINISTIC,
                                 broker_settings_schema,
                                 broker_settings_example,
                                 1};
    static constexpr bool keeps_state = true;
    static constexpr bool follows_links = true;

    void configure(const Config& config) override;
    bool start() override;
    void on_message(const Message& message) override;
    void on_request(const Request& request) override;
    void on_refused(std::string_view topic,
                    std::uint64_t sequence,
                    drover_status status,
                    std::string_view reason) override;
    void on_link_lost(const Link& link, std::string_view reason) override;
    void on_link_restored(const Link& link) override;
    /// link_grace is over.
    void on_timer(std::uint64_t id, std::int64_t due, std::uint32_t missed) override;
    void save_state(std::string& bytes) const override;
    void load_state(std::string_view bytes, std::uint32_t version) override;

private:
    /// What is published about one instrument; its place is the instrument's number.
    struct Desk {
        Topic<drover_position> positions;
        bool was_open = false;  ///< At the last statement.
    };

    void on_bar(const drover_bar& bar);
    void on_end();
    [[nodiscard]] std::string flatten(const std::vector<std::string>& symbols,
                                      const std::string& person);
    /// Working orders are withdrawn when link_grace is over.
    void begin_grace();
    void withdraw_unwatched();
    /// "the router is gone since 2026-11-27T13:00:00Z"
    [[nodiscard]] std::string cut_off_text() const;
    /// Throws Failure where a symbol was never traded nor priced here.
    void check_symbols(const std::vector<std::string>& symbols) const;
    void note_lost(const Message& message);
    void note_late(const drover_bar& bar);
    void publish_events();
    void publish_event(const drover_order_event& event);
    /// Open positions and working orders, then the snapshot. `instrument` is the one whose bar it
    /// belongs to, or PaperVenue::ignored.
    void publish_account(std::size_t instrument);
    void publish_positions();
    void publish_working();
    void report_health();
    Desk& desk(std::size_t instrument);
    void note_refused(std::string_view topic, std::string_view reason);
    template <typename Record>
    void send(Topic<Record> topic, const Record& record);

    std::unique_ptr<PaperVenue> venue_;
    std::vector<Desk> desks_;
    std::map<std::string, Topic<drover_order_event>, std::less<>> event_topics_;  ///< By symbol.
    Topic<drover_account> account_topic_;
    drover_account snapshot_{};      ///< Account and currency stand in it all the time.
    OrderEvents events_;             ///< Of the running callback.
    std::uint32_t stated_open_ = 0;  ///< Positions that were open at the last statement.

    std::uint64_t lost_ = 0;  ///< Bar messages missed in this life.
    std::uint32_t bars_since_loss_ = 0;
    bool is_degraded_ = false;
    bool is_halt_reported_ = false;
    std::set<std::string> lost_links_;  ///< Without whom orders are not to work on.
    std::int64_t cut_off_since_ = 0;    ///< When the first of them was lost.
    bool is_withdrawing_ = false;       ///< They are lost for longer than link_grace.
    std::string refused_;               ///< The last sentence about a publication that was refused.
};

}  // namespace drover
