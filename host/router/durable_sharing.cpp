/// What DurableReceivers does for instances that share by key: their parts of messages, and waiting
/// for those who had the keys before.
#include <algorithm>
#include <utility>

#include "base/logging.hpp"
#include "router/durable_receivers.hpp"

namespace drover {

namespace {

std::string ways_out(const std::string& receiver) {
    return "start it with `drover start " + receiver +
           "`, or, if it cannot run any more, give its messages up with `drover log forget " +
           receiver + "`.";
}

}  // namespace

std::optional<std::uint16_t> DurableReceivers::registered(const std::string& name) const {
    const auto found = std::ranges::find_if(receivers_, [&name](const Receiver& receiver) {
        return receiver.is_registered && receiver.name == name;
    });
    return found == receivers_.end()
               ? std::nullopt
               : std::optional(static_cast<std::uint16_t>(found - receivers_.begin()));
}

/// Of one that is not there, what is not for it is passed over first, up to `limit`.
ReceiverProgress DurableReceivers::progress(std::uint64_t limit) {
    return [this, limit](const std::string& name) -> std::optional<std::uint64_t> {
        if (const auto agent = registered(name)) {
            if (!receivers_[*agent].is_open) {
                static_cast<void>(next(*agent, limit));
            }
            return effective(*agent);
        }
        return progress_in(log_.state())(name);
    };
}

bool DurableReceivers::is_blocked(std::uint16_t agent,
                                  const DurableRecord& record,
                                  std::uint64_t limit) {
    Receiver& receiver = receivers_[agent];
    auto unsettled = partitions_.must_wait(agent, record, progress(limit));
    receiver.blocked_at = unsettled ? record.position : 0;
    receiver.blocked_by = std::move(unsettled).value_or(UnsettledShare{});
    return receiver.blocked_at != 0;
}

/// Its own records only.
const DurableRecord* DurableReceivers::cut(std::uint16_t agent, const DurableRecord& record) {
    DurableRecord& part = receivers_[agent].part;
    part = record;
    part.frame = partitions_.part_of(agent, record);
    return &part;
}

std::vector<std::uint16_t> DurableReceivers::take_released(std::uint64_t limit) {
    std::vector<std::uint16_t> released;
    if (log_.state().shared.empty()) {
        return released;
    }
    const auto reached = progress(limit);
    for (std::uint16_t agent = 0; agent < receivers_.size(); ++agent) {
        Receiver& receiver = receivers_[agent];
        if (receiver.blocked_at == 0) {
            continue;
        }
        const auto other = reached(receiver.blocked_by.receiver);
        if (!other || *other >= receiver.blocked_by.until) {
            receiver.blocked_at = 0;
            released.push_back(agent);
        }
    }
    return released;
}

bool DurableReceivers::has_settled(std::uint16_t agent, std::uint64_t limit) {
    if (!receivers_[agent].is_registered) {
        return true;
    }
    const auto until = partitions_.retires_at(agent);
    return !until || progress(limit)(receivers_[agent].name).value_or(*until) >= *until;
}

std::string DurableReceivers::who_waits_in_vain(std::uint64_t limit) {
    if (log_.state().shared.empty()) {
        return {};
    }
    for (std::uint16_t agent = 0; agent < receivers_.size(); ++agent) {
        const Receiver& receiver = receivers_[agent];
        if (auto why = why_in_vain(receiver); !why.empty()) {
            return why;
        }
        const auto until = receiver.is_registered && !receiver.is_open
                               ? partitions_.retires_at(agent)
                               : std::nullopt;
        const std::string state = until ? hands_.away_state(agent) : std::string();
        if (!state.empty() && !has_settled(agent, limit)) {
            return "'" + receiver.name + "' is to leave, and is " + state +
                   " without having handled all that it was given, up to position " +
                   std::to_string(*until) + " of the durable log: " + ways_out(receiver.name);
        }
    }
    return {};
}

std::string DurableReceivers::why_in_vain(const Receiver& receiver) const {
    if (receiver.blocked_at == 0) {
        return {};
    }
    const auto& [before, until] = receiver.blocked_by;
    const auto agent = registered(before);
    const std::string state = agent ? hands_.away_state(*agent) : std::string();
    if (agent && state.empty()) {
        return {};
    }
    return "'" + receiver.name + "' waits at position " + std::to_string(receiver.blocked_at) +
           " of the durable log, because '" + before + "' had the same keys before, and " +
           (agent ? "is " + state : "left the fleet") +
           " without having handled all up to position " + std::to_string(until) + ": " +
           (agent ? ways_out(before)
                  : "bring it back with `drover scale`, or give its messages up with `drover log "
                    "forget " +
                        before + "`.");
}

/// In logs of earlier versions, and of instances that had all messages each.
void DurableReceivers::warn_of_unknown_owners(std::uint16_t agent) const {
    const Receiver& receiver = receivers_[agent];
    if (const auto known = partitions_.unknown_before(agent); receiver.scanned + 1 < known) {
        log_warning("'" + receiver.name + "' was away since position " +
                    std::to_string(receiver.scanned) +
                    " of the durable log, which knows only from position " + std::to_string(known) +
                    " on who had its keys meanwhile: it gets all messages between, also those that "
                    "other instances have handled. `drover log forget " +
                    receiver.name + "` before its start lets it begin at the end of the log.");
    }
}

void DurableReceivers::forget_settled(std::uint64_t limit) {
    if (log_.state().shared.empty()) {
        return;
    }
    for (std::uint16_t agent = 0; agent < receivers_.size(); ++agent) {
        if (receivers_[agent].is_registered && !receivers_[agent].is_open) {
            static_cast<void>(next(agent, limit));
        }
    }
    store();
    partitions_.forget_settled();
}

/// What it has handled counts for others only when what it published meanwhile is in the log:
/// otherwise theirs could come before it there.
void DurableReceivers::wait_for_publications(std::uint16_t agent,
                                             std::uint64_t before,
                                             const OwnPublications& own) {
    std::deque<Unlogged>& unlogged = receivers_[agent].unlogged;
    const bool is_new = unlogged.empty() || unlogged.back().sequence < own.sent;
    if (partitions_.shares(agent) && own.sent > own.logged && is_new) {
        unlogged.push_back({before, own.sent});
    }
}

bool DurableReceivers::note_logged(std::uint16_t agent, std::uint64_t sequence) {
    std::deque<Unlogged>& unlogged = receivers_[agent].unlogged;
    const std::size_t before = unlogged.size();
    while (!unlogged.empty() && unlogged.front().sequence <= sequence) {
        unlogged.pop_front();
    }
    return unlogged.size() != before;
}

}  // namespace drover
