#include "runner/inbox.hpp"

#include <algorithm>
#include <utility>

#include "base/topic.hpp"

namespace drover {

Inbox::Inbox(const std::vector<PortSetup>& ports) : ports_(ports) {
    for (std::uint32_t index = 0; index < ports.size(); ++index) {
        const bool is_in = (ports[index].flags & DROVER_PORT_IN) != 0;
        if (is_in && (ports[index].flags & DROVER_PORT_ON_DEMAND) == 0) {
            subscribe(index, ports[index].topic);
        }
    }
}

void Inbox::subscribe(std::uint32_t port, std::string pattern) {
    const auto later = std::ranges::find_if(
        subscribed_, [port](const Subscription& other) { return other.port > port; });
    subscribed_.insert(later, Subscription{port, std::move(pattern), ports_[port].type});
    topics_.clear();
    numbers_.clear();
}

std::vector<std::string> Inbox::subscriptions() const {
    std::vector<std::string> patterns;
    for (const Subscription& subscription : subscribed_) {
        if (std::ranges::find(patterns, subscription.pattern) == patterns.end()) {
            patterns.push_back(subscription.pattern);
        }
    }
    return patterns;
}

std::optional<std::uint32_t> Inbox::port_for(std::string_view topic, std::uint32_t type) const {
    for (const Subscription& subscription : subscribed_) {
        const bool is_right_type = subscription.type == 0 || subscription.type == type;
        if (is_right_type && topic_matches(subscription.pattern, topic)) {
            return subscription.port;
        }
    }
    return std::nullopt;
}

std::uint32_t Inbox::number_of(std::string_view topic, std::uint32_t type) {
    const auto fresh = static_cast<std::uint32_t>(topics_.size());
    auto known = numbers_.find(topic);
    if (known == numbers_.end()) {
        known = numbers_.emplace(topic, fresh).first;
    }
    std::uint32_t number = known->second;
    while (number != fresh && topics_[number].type != type) {
        std::uint32_t& next = topics_[number].next;
        next = next == none ? fresh : next;
        number = next;
    }
    if (number == fresh) {
        topics_.push_back(Topic{type, port_for(topic, type), {}, false, none});
    }
    return number;
}

void Inbox::pass_over(std::uint32_t topic_number, std::uint32_t publisher, const Arrival& arrival) {
    auto& rows = topics_[topic_number].rows;
    const auto row = std::ranges::find(rows, publisher, &Row::publisher);
    if (row != rows.end()) {
        note(*row, std::uint64_t{arrival.lost} + arrival.noted);
    }
}

std::uint32_t Inbox::note_last(std::string_view topic,
                               std::uint32_t publisher,
                               std::uint32_t incarnation,
                               std::uint64_t topic_sequence) {
    const auto found = numbers_.find(topic);
    if (found == numbers_.end() || topic_sequence == 0) {
        return 0;
    }
    if (topics_[found->second].is_durable) {
        return 0;
    }
    auto& rows = topics_[found->second].rows;
    const auto row = std::ranges::find(rows, publisher, &Row::publisher);
    if (row == rows.end() || incarnation < row->incarnation) {
        return 0;
    }
    const std::uint64_t known = incarnation > row->incarnation ? 0 : row->last;
    if (topic_sequence <= known) {
        return 0;
    }
    row->incarnation = incarnation;
    row->last = topic_sequence;
    const std::uint64_t missing = topic_sequence - known;
    note(*row, missing);
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(missing, UINT32_MAX));
}

}  // namespace drover
