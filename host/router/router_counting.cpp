/// What RouterCore refuses and drops: each is counted, told to its sender where there is one, and
/// told to the supervisor.
#include <algorithm>
#include <string>
#include <utility>

#include <drover/status.h>

#include "base/status_word.hpp"
#include "router/router_core.hpp"

namespace drover {
namespace {

/// More notices than this do not wait for an agent that reads nothing; the counters hold them all.
constexpr std::size_t most_notices = 4096;

/// The words of docs/events.md.
std::string_view code_of(std::int32_t status) {
    return status_word(status);
}

}  // namespace

void RouterCore::refuse(std::uint16_t agent,
                        std::string_view topic,
                        std::uint64_t sequence,
                        std::int32_t status,
                        std::string reason,
                        std::uint32_t incarnation) {
    count_refused(status);
    tally_.note({EventKind::refusal, name_of(agent), topic, {}, code_of(status), reason});
    if (sessions_[agent].urgent.size() < most_notices) {
        send_urgent(agent,
                    Frame(encode_refused(
                        {std::string(topic), sequence, status, std::move(reason), incarnation})));
    }
}

bool RouterCore::refuse_if_void(std::uint16_t receiver, const Frame& frame, const GateMark& gate) {
    if (!gate.gated) {
        return false;
    }
    const GateReading reading = output_.gate();
    if (!reading.is_engaged && reading.revision == gate.revision) {
        return false;
    }
    if (std::exchange(*gate.is_refused, true)) {
        return true;
    }
    if (const auto message = MessageFrame::decode_unchecked_topic(frame.bytes())) {
        const MessageHeader& header = message->header;
        tell_void(message->topic,
                  {header.publisher, header.incarnation, header.sequence},
                  "The kill switch was engaged while the message waited for '" + name_of(receiver) +
                      "'.");
    }
    return true;
}

void RouterCore::count_refused(std::int32_t status) {
    ++counts_.refused;
    counts_.refused_gated += status == DROVER_E_GATED ? 1U : 0U;
    counts_.refused_quota += status == DROVER_E_QUOTA ? 1U : 0U;
}

void RouterCore::note_dropped(std::uint16_t receiver, const Frame& frame) {
    const auto message = MessageFrame::decode_unchecked_topic(frame.bytes());
    if (!message) {
        return;
    }
    tally_.note({EventKind::loss,
                 name_of(receiver),
                 message->topic,
                 publisher_of(message->header),
                 "queue_full",
                 "dropped in its queue: messages come faster than it handles them"});
}

void RouterCore::note_lost(std::uint16_t agent,
                           std::uint64_t count,
                           std::string_view code,
                           std::string_view reason) {
    tally_.note({EventKind::loss, name_of(agent), {}, {}, code, reason}, count);
}

std::string_view RouterCore::publisher_of(const MessageHeader& header) const {
    const auto found = std::ranges::find(config_.agents, header.publisher, &RouterAgent::handle);
    return found == config_.agents.end() ? std::string_view() : std::string_view(found->name);
}

RouterCounts RouterCore::counts() const {
    RouterCounts counts = counts_;
    counts.dropped_link_ended += replay_ ? replay_->lost() : 0;
    return counts;
}

std::chrono::nanoseconds RouterCore::oldest_wait() const {
    std::chrono::nanoseconds longest{0};
    for (const Session& session : sessions_) {
        if (!session.queue.is_empty()) {
            longest = std::max(longest, now_ - session.queue.front().queued_at);
        }
        if (!session.latest.is_empty()) {
            longest = std::max(longest, now_ - session.latest.front().queued_at);
        }
    }
    return longest;
}

}  // namespace drover
