/// Finding the entry of an occurrence, and when it is due.
#include "events/event_tally.hpp"

#include <algorithm>
#include <utility>

namespace drover {

namespace {

bool is_about(const Occurrence& occurrence, const Noted& noted) {
    return occurrence.topic == noted.topic && occurrence.publisher == noted.publisher &&
           occurrence.agent == noted.agent && occurrence.code == noted.code &&
           occurrence.kind == noted.kind;
}

}  // namespace

EventTally::Entry* EventTally::find(const Noted& noted) {
    if (latest_ < entries_.size() && is_about(entries_[latest_].occurrence, noted)) {
        return &entries_[latest_];
    }
    const auto found = std::ranges::find_if(
        entries_, [&](const Entry& entry) { return is_about(entry.occurrence, noted); });
    if (found == entries_.end()) {
        return nullptr;
    }
    latest_ = static_cast<std::size_t>(found - entries_.begin());
    return &*found;
}

EventTally::Entry& EventTally::add(const Noted& noted) {
    Entry& entry = entries_.emplace_back();
    entry.occurrence = {noted.kind,
                        std::string(noted.agent),
                        std::string(noted.topic),
                        std::string(noted.publisher),
                        std::string(noted.code),
                        std::string(noted.reason),
                        0};
    latest_ = entries_.size() - 1;
    return entry;
}

EventTally::Entry& EventTally::entry_of(const Noted& noted) {
    if (Entry* const known = find(noted)) {
        return *known;
    }
    if (entries_.size() < most_entries) {
        return add(noted);
    }
    Noted merged{noted.kind,
                 noted.agent,
                 {},
                 {},
                 noted.code,
                 "on several topics; too many to tell one by one"};
    if (Entry* const known = find(merged)) {
        return *known;
    }
    if (entries_.size() < 2 * most_entries) {
        return add(merged);
    }
    merged.agent = {};
    merged.code = "several";
    Entry* const last = find(merged);
    return last != nullptr ? *last : add(merged);
}

bool EventTally::note(const Noted& noted, std::uint64_t count) {
    if (count == 0) {
        return false;
    }
    Occurrence& occurrence = entry_of(noted).occurrence;
    const bool is_new = occurrence.count == 0;
    if (is_new && occurrence.topic == noted.topic) {
        occurrence.reason = noted.reason;
    }
    occurrence.count += count;
    pending_ += is_new ? 1 : 0;
    return is_new;
}

std::vector<Occurrence> EventTally::take_due(Monotonic now) {
    std::vector<Occurrence> due;
    for (Entry& entry : entries_) {
        const bool is_due = !entry.told || now >= *entry.told + pause;
        if (is_due && entry.occurrence.count > 0) {
            due.push_back(entry.occurrence);
            entry.occurrence.count = 0;
            entry.told = now;
            --pending_;
        }
    }
    std::erase_if(entries_, [now](const Entry& entry) {
        return entry.occurrence.count == 0 && entry.told && now >= *entry.told + pause;
    });
    return due;
}

std::vector<Occurrence> EventTally::take_all() {
    std::vector<Occurrence> all;
    for (const Entry& entry : std::exchange(entries_, {})) {
        if (entry.occurrence.count > 0) {
            all.push_back(entry.occurrence);
        }
    }
    pending_ = 0;
    return all;
}

std::optional<Monotonic> EventTally::deadline() const {
    if (pending_ == 0) {
        return std::nullopt;
    }
    std::optional<Monotonic> nearest;
    for (const Entry& entry : entries_) {
        if (entry.occurrence.count > 0) {
            const Monotonic due = entry.told ? *entry.told + pause : Monotonic{};
            nearest = nearest ? std::min(*nearest, due) : due;
        }
    }
    return nearest;
}

}  // namespace drover
