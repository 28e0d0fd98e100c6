/// What the broker does when it is cut off: on_link_lost and link_grace of its config.
#include "broker/broker_agent.hpp"
#include "indicators/reason_text.hpp"

namespace drover {
namespace {

constexpr std::uint64_t grace_timer = 1;

std::string name_of(const Link& link) {
    return link.is_router() ? "the router" : std::string(link.publisher);
}

}  // namespace

void BrokerAgent::on_link_lost(const Link& link, std::string_view reason) {
    const bool sends_orders = link.is_router() || link.feeds(orders_port);
    if (!sends_orders || venue_->settings().on_link_lost == OnLinkLost::keep) {
        return;
    }
    log_info("Cut off from " + name_of(link) + ": " + std::string(reason));
    if (lost_links_.empty()) {
        cut_off_since_ = now();
        begin_grace();
    }
    lost_links_.insert(name_of(link));
}

void BrokerAgent::on_link_restored(const Link& link) {
    if (lost_links_.erase(name_of(link)) == 0) {
        return;
    }
    log_info(name_of(link) + " is back.");
    const bool was_withdrawing = is_withdrawing_ && lost_links_.empty();
    if (lost_links_.empty()) {
        cancel_timer(grace_timer);
        is_withdrawing_ = false;
    }
    if (link.is_router() || was_withdrawing) {
        // What was published meanwhile may be lost where its topic is not durable.
        publish_account(PaperVenue::ignored);
        report_health();
    }
}

void BrokerAgent::on_timer(std::uint64_t /*id*/, std::int64_t /*due*/, std::uint32_t /*missed*/) {
    if (lost_links_.empty()) {
        return;
    }
    is_withdrawing_ = true;
    events_.clear();
    withdraw_unwatched();
    if (!events_.empty()) {
        state_dirty();
        publish_events();
    }
    report_health();
}

void BrokerAgent::begin_grace() {
    set_timer(grace_timer, now() + venue_->settings().link_grace);
}

void BrokerAgent::withdraw_unwatched() {
    const std::uint32_t withdrawn = venue_->withdraw_unwatched(
        "Withdrawn: " + cut_off_text() + ", longer than link_grace.", now(), events_);
    if (withdrawn != 0) {
        log_warning("Account " + venue_->settings().account + ": " + std::to_string(withdrawn) +
                    " working orders are withdrawn; " + cut_off_text() + ".");
    }
}

std::string BrokerAgent::cut_off_text() const {
    std::string names;
    for (const std::string& name : lost_links_) {
        names += (names.empty() ? "" : " and ") + name;
    }
    return names + (lost_links_.size() == 1 ? " is" : " are") + " gone since " +
           time_text(cut_off_since_);
}

}  // namespace drover
