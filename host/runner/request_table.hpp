/// The requests of one agent: those it has sent and that are open, those it has not answered yet,
/// and what waits for the state to be committed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <drover/status.h>

#include "runner/transport.hpp"

namespace drover {

/// Who asked, for the way back of the reply.
struct RequestOrigin {
    std::uint32_t client = 0;  ///< Handle of the asking agent; 0: a person.
    std::uint32_t incarnation = 0;
    std::uint64_t number = 0;
};

/// A request that the agent has sent and that nobody has answered.
struct OpenRequest {
    std::uint64_t number = 0;
    std::uint64_t token = 0;
    std::int64_t deadline = 0;  ///< In the agent's time.
};

/// A request that the agent must answer.
struct UnansweredRequest {
    RequestOrigin origin;
    std::uint32_t port = 0;
    std::int64_t deadline = 0;  ///< In the agent's time.
};

/// Not thread-safe; the runner holds a lock.
class RequestTable {
public:
    static constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();
    /// Requests that one agent may have open.
    static constexpr std::size_t most_open = 256;
    /// Requests that may wait for one agent's answer; those whose deadline has passed go first.
    static constexpr std::size_t most_unanswered = 4096;

    // --- the agent asks

    [[nodiscard]] bool is_full() const { return open_.size() >= most_open; }
    /// Opens a request and gives it its number; it waits to be sent.
    void open(OutgoingRequest request, std::uint64_t token);
    /// Closes an open request; nothing when it is not open any more.
    std::optional<OpenRequest> close(std::uint64_t number);
    /// Closes the request whose deadline passed first, of equals the older one; nothing while none
    /// is due at `now`.
    std::optional<OpenRequest> close_expired(std::int64_t now);
    /// Closes the oldest request.
    std::optional<OpenRequest> close_oldest();
    /// When the next open request times out; `none` without one.
    [[nodiscard]] std::int64_t next_deadline() const;

    // --- the agent answers

    /// Takes in a request and gives it an id, from 1. Nothing when too many are unanswered; then
    /// somebody must be told.
    std::optional<std::uint64_t> receive(const UnansweredRequest& request, std::int64_t now);
    /// The request of an id that is unanswered.
    [[nodiscard]] const UnansweredRequest* find(std::uint64_t id) const;
    /// Whether an id was ever given.
    [[nodiscard]] bool was_received(std::uint64_t id) const { return id != 0 && id <= last_id_; }
    /// The answer waits to be sent; the request is answered.
    void answer(std::uint64_t id,
                drover_status status,
                std::string_view error,
                std::string_view body);
    /// An answer of the host itself, to a request that got no id.
    void refuse(const RequestOrigin& origin, drover_status status, std::string_view error);

    // --- both

    /// Moves all deadlines ahead by so much: what they are measured by was set.
    void shift(std::int64_t by);
    [[nodiscard]] bool has_outgoing() const { return !outgoing_.empty(); }
    [[nodiscard]] std::size_t outgoing() const { return outgoing_.size(); }
    /// Sends what waits from place `first` to before `end`, in the order of the calls.
    void send(Transport& transport, std::size_t first, std::size_t end) const;
    /// Forgets what waits.
    void discard() { outgoing_.clear(); }

private:
    std::vector<OpenRequest> open_;  ///< In the order of their numbers.
    std::map<std::uint64_t, UnansweredRequest> unanswered_;
    std::vector<std::variant<OutgoingRequest, OutgoingReply>> outgoing_;
    std::uint64_t last_number_ = 0;
    std::uint64_t last_id_ = 0;
};

}  // namespace drover
