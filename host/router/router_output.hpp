/// Where the router's decisions go: sockets and the control channel, or a test.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "events/occurrence.hpp"
#include "link/frame.hpp"
#include "router/drop_report.hpp"
#include "router/request_desk.hpp"

namespace drover {

/// What the kill switch says now.
struct GateReading {
    bool is_engaged = true;
    std::uint32_t revision = 0;
};

/// A receiver in the durable log that the fleet does not have as one any more.
struct ParkedReceiver {
    std::string name;
    std::uint64_t handled = 0;  ///< Everything up to this position.

    friend bool operator==(const ParkedReceiver&, const ParkedReceiver&) = default;
};

/// Called on the router's thread, from inside RouterCore's functions; must not call back into it.
class RouterOutput {
public:
    virtual ~RouterOutput() = default;

    /// Sends a frame to an agent. True: the frame is taken. False: not now; the frame is untouched,
    /// and RouterCore::flush is to be called once the link takes frames.
    virtual bool send(std::uint16_t agent, Frame& frame) = 0;
    /// Whether anybody watches: if not, `tap` need not be called.
    [[nodiscard]] virtual bool is_tapped() const { return true; }
    /// Copies a message to those who watch.
    virtual void tap(const Frame& frame) = 0;
    /// Reads the kill switch; only called for gated messages.
    [[nodiscard]] virtual GateReading gate() = 0;
    /// For whom the replay waits; empty: it goes on.
    virtual void report_waiting(const std::vector<std::string>& names) = 0;
    /// Who is no receiver of durable messages any more and still holds the log.
    virtual void report_parked(const std::vector<ParkedReceiver>& parked) = 0;
    /// These agents, which are to leave, are through with all that they were given durably.
    virtual void report_retired(const std::vector<std::string>& names) = 0;
    virtual void report_health(const RouterHealth& health) = 0;
    /// The reply to a request that the supervisor sent for a person.
    virtual void answer_person(const PersonReply& reply) = 0;
    /// Messages that were refused or dropped; at most one a second and kind.
    virtual void report_occurrence(const Occurrence& occurrence) = 0;
};

}  // namespace drover
