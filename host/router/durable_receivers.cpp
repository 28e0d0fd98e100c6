#include "router/durable_receivers.hpp"

#include <algorithm>

namespace drover {

bool DurableReceivers::Receiver::skips_over(std::uint64_t position) const {
    return std::ranges::binary_search(skips, position);
}

void DurableReceivers::take_agents(const std::vector<RouterAgent>& agents) {
    const auto& known = log_.state().receivers;
    std::vector<std::uint16_t> returned;
    for (std::uint16_t agent = 0; agent < agents.size(); ++agent) {
        if (agent == receivers_.size()) {
            receivers_.emplace_back().name = agents[agent].name;
        }
        Receiver& receiver = receivers_[agent];
        const bool is_wanted = routes_.may_be_required(agent);
        if (is_wanted && !receiver.is_registered) {
            const auto found = known.find(receiver.name);
            if (found != known.end()) {
                receiver.handled = found->second.handled;
                receiver.scanned = found->second.effective;
                receiver.skips = found->second.skips;
                returned.push_back(agent);
            } else {
                receiver.scanned = log_.head();
                receiver.skips.clear();
            }
        } else if (!is_wanted && receiver.is_registered) {
            log_.set_cursor(receiver.name, {receiver.handled, effective(agent), receiver.skips});
        }
        receiver.is_registered = is_wanted;
        receiver.waits_at = 0;
    }
    partitions_.take_agents(agents);
    for (const std::uint16_t agent : returned) {
        warn_of_unknown_owners(agent);
    }
    store();
    forget_settled(0);
}

Admission DurableReceivers::admit(std::uint16_t agent,
                                  const HelloBody& hello,
                                  std::uint64_t logged) {
    const Receiver& receiver = receivers_[agent];
    const std::string who = "The state file of agent '" + receiver.name + "' ";
    const bool is_known = hello.log != LogId{};
    if (is_known && hello.log != log_.id()) {
        return {who + "belongs to another durable log (" + to_text(hello.log) +
                    "; the router's is " + to_text(log_.id()) + ")" + remedy,
                0,
                false};
    }
    if (hello.cursor > log_.head()) {
        return {who + "has handled messages up to position " + std::to_string(hello.cursor) +
                    ", and the durable log ends at " + std::to_string(log_.head()) +
                    ": its end was cut off, or an older copy of it was restored" + remedy,
                0,
                false};
    }
    if (hello.cursor > 0 && hello.cursor < receiver.handled) {
        return {who + "ends at position " + std::to_string(hello.cursor) +
                    " of the durable log, and it had handled position " +
                    std::to_string(receiver.handled) + ": an older copy of the file was restored" +
                    remedy,
                0,
                false};
    }
    if (is_known && hello.durable_sequence < logged) {
        return {who + "has published " + std::to_string(hello.durable_sequence) +
                    " durable messages, and the durable log holds " + std::to_string(logged) +
                    " of it: an older copy of the file was restored" + remedy,
                0,
                false};
    }
    const bool is_anew = !is_known && (receiver.handled > 0 || logged > 0);
    return {{}, std::max(hello.cursor, effective(agent)), is_anew};
}

void DurableReceivers::open(std::uint16_t agent,
                            const HelloBody& hello,
                            const Admission& admission,
                            std::uint64_t logged) {
    Receiver& receiver = receivers_[agent];
    receiver.is_open = true;
    receiver.in_flight.clear();
    receiver.unlogged.clear();
    wait_for_publications(agent, receiver.scanned, {hello.durable_sequence, logged});
    receiver.scanned = std::max(receiver.scanned, admission.cursor);
    receiver.handled = std::max(receiver.handled, hello.cursor);
    receiver.waits_at = 0;
}

void DurableReceivers::close(std::uint16_t agent) {
    Receiver& receiver = receivers_[agent];
    receiver.scanned = effective(agent);
    receiver.in_flight.clear();
    receiver.unlogged.clear();
    receiver.blocked_at = 0;
    receiver.is_open = false;
    tail_.close(agent);
}

std::uint64_t DurableReceivers::handled_up_to(std::uint16_t agent) const {
    const Receiver& receiver = receivers_[agent];
    return receiver.in_flight.empty() ? receiver.scanned : receiver.in_flight.front() - 1;
}

std::uint64_t DurableReceivers::effective(std::uint16_t agent) const {
    const auto& unlogged = receivers_[agent].unlogged;
    const std::uint64_t handled = handled_up_to(agent);
    return unlogged.empty() ? handled : std::min(handled, unlogged.front().before);
}

const DurableRecord* DurableReceivers::look_at(std::uint16_t agent, std::uint64_t position) {
    const auto record = tail_.at(position, agent);
    if (!record) {
        hands_.note_damage(record.error().message);
        return nullptr;
    }
    return record.value();
}

bool DurableReceivers::wants(std::uint16_t agent, const DurableRecord& record) {
    const Receiver& receiver = receivers_[agent];
    // Before its HELLO nobody knows what it will subscribe to: its ports speak for it.
    return receiver.is_registered && record.is_message() &&
           routes_.is_required(record.required, agent) &&
           (!partitions_.shares(agent) || partitions_.has_part(agent, record)) &&
           (!receiver.is_open || routes_.is_subscribed(agent, topic_of(record.frame)));
}

bool DurableReceivers::is_void(const DurableRecord& record) {
    if (!record.gate_revision) {
        return false;
    }
    const GateReading reading = hands_.read_gate();
    return reading.is_engaged || reading.revision != *record.gate_revision;
}

const DurableRecord* DurableReceivers::next(std::uint16_t agent, std::uint64_t limit) {
    Receiver& receiver = receivers_[agent];
    if (!receiver.is_registered || (!receiver.is_open && receiver.waits_at != 0)) {
        return nullptr;
    }
    while (receiver.scanned < limit) {
        const std::uint64_t position = receiver.scanned + 1;
        const DurableRecord* const record = look_at(agent, position);
        if (record == nullptr) {
            return nullptr;
        }
        const bool is_for_it = wants(agent, *record) && !receiver.skips_over(position);
        if (is_for_it && !receiver.is_open) {
            receiver.waits_at = position;
            tail_.close(agent);
            return nullptr;
        }
        if (is_for_it && !is_void(*record)) {
            return partitions_.shares(agent)
                       ? is_blocked(agent, *record, limit) ? nullptr : cut(agent, *record)
                       : record;
        }
        if (is_for_it) {
            hands_.note_void(agent, *record);
        }
        receiver.scanned = position;
    }
    return nullptr;
}

void DurableReceivers::note_sent(std::uint16_t agent) {
    Receiver& receiver = receivers_[agent];
    receiver.in_flight.push_back(++receiver.scanned);
}

void DurableReceivers::take_back(std::uint16_t agent, std::size_t count) {
    Receiver& receiver = receivers_[agent];
    for (; count > 0; --count) {
        receiver.scanned = receiver.in_flight.back() - 1;
        receiver.in_flight.pop_back();
    }
}

bool DurableReceivers::note_handled(std::uint16_t agent,
                                    std::uint64_t position,
                                    const OwnPublications& own) {
    Receiver& receiver = receivers_[agent];
    if (position > log_.synced()) {
        return false;
    }
    wait_for_publications(agent, handled_up_to(agent), own);
    receiver.handled = std::max(receiver.handled, position);
    while (!receiver.in_flight.empty() && receiver.in_flight.front() <= position) {
        receiver.in_flight.pop_front();
    }
    return true;
}

bool DurableReceivers::is_through(std::uint16_t agent, std::uint64_t position) const {
    const Receiver& receiver = receivers_[agent];
    return position <= std::max(receiver.handled, receiver.scanned) ||
           receiver.skips_over(position);
}

void DurableReceivers::pass_over(std::uint16_t agent, std::uint64_t position) {
    receivers_[agent].passed = std::max(receivers_[agent].passed, position);
}

void DurableReceivers::settle(std::uint16_t agent, std::uint64_t limit) {
    Receiver& receiver = receivers_[agent];
    if (!receiver.is_registered) {
        return;
    }
    const std::uint64_t done = std::min(limit, std::max(receiver.handled, receiver.passed));
    receiver.scanned = std::max(receiver.scanned, done);
    while (receiver.scanned < limit) {
        const std::uint64_t position = receiver.scanned + 1;
        const DurableRecord* const record = look_at(agent, position);
        if (record == nullptr || (wants(agent, *record) && !receiver.skips_over(position))) {
            return;
        }
        receiver.scanned = position;
    }
}

void DurableReceivers::store() const {
    for (std::uint16_t agent = 0; agent < receivers_.size(); ++agent) {
        const Receiver& receiver = receivers_[agent];
        if (!receiver.is_registered) {
            continue;
        }
        ReceiverCursor cursor{receiver.handled, effective(agent), receiver.skips};
        std::erase_if(cursor.skips, [&](std::uint64_t skip) { return skip <= cursor.effective; });
        log_.set_cursor(receiver.name, std::move(cursor));
    }
}

std::uint64_t DurableReceivers::first_waiting(std::uint16_t agent, std::uint64_t limit) {
    const Receiver& receiver = receivers_[agent];
    if (!receiver.in_flight.empty()) {
        return receiver.in_flight.front();
    }
    if (const DurableRecord* const waiting = next(agent, limit)) {
        return waiting->position;
    }
    return receiver.is_open ? receiver.blocked_at : receiver.waits_at;
}

bool DurableReceivers::begin_anew(std::uint16_t agent) {
    Receiver& receiver = receivers_[agent];
    if (receiver.is_open) {
        return false;
    }
    receiver.handled = 0;
    receiver.passed = 0;
    receiver.scanned = log_.head();
    receiver.waits_at = 0;
    receiver.blocked_at = 0;
    receiver.skips.clear();
    return true;
}

void DurableReceivers::skip(std::uint16_t agent, std::uint64_t position) {
    Receiver& receiver = receivers_[agent];
    const auto place = std::ranges::lower_bound(receiver.skips, position);
    if (place == receiver.skips.end() || *place != position) {
        receiver.skips.insert(place, position);
    }
    receiver.waits_at = 0;
}

}  // namespace drover
