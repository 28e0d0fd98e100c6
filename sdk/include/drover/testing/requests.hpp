/// The requests of one life of an agent under test: those it has sent and those it must answer,
/// with the checks of a real host.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <drover/agent.hpp>
#include <drover/testing/publications.hpp>
#include <drover/testing/published.hpp>

namespace drover::testing {

/// The records in a body, copied out. Throws HarnessError when they do not fit it.
template <typename Record>
[[nodiscard]] std::vector<Record> records_in(std::string_view body) {
    static_assert(std::is_trivially_copyable_v<Record>);
    if (body.size() % sizeof(Record) != 0) {
        throw HarnessError("A body of " + std::to_string(body.size()) +
                           " bytes holds no whole records of " + std::to_string(sizeof(Record)) +
                           " bytes.");
    }
    std::vector<Record> records(body.size() / sizeof(Record));
    if (!records.empty()) {
        std::memcpy(records.data(), body.data(), body.size());
    }
    return records;
}

/// A body in memory of its own, aligned to 8, which ends with this object.
class BorrowedBody {
public:
    explicit BorrowedBody(std::string_view bytes)
        : words_(new std::uint64_t[bytes.size() / sizeof(std::uint64_t) + 1]), size_(bytes.size()) {
        if (!bytes.empty()) {
            std::memcpy(words_.get(), bytes.data(), bytes.size());
        }
    }
    [[nodiscard]] drover_bytes bytes() const { return {words_.get(), size_}; }

private:
    std::unique_ptr<std::uint64_t[]> words_;
    std::size_t size_;
};

/// A request that the agent under test has sent and that is not answered yet.
struct SentRequest {
    std::uint64_t id = 0;  ///< For Harness::answer.
    std::string port;      ///< Name of the REQUEST_CLIENT port.
    std::string topic;     ///< The port's.
    std::string target;    ///< Name of the agent asked; empty: whoever serves the topic.
    std::string body;      ///< JSON text, or the bytes of the records.
    std::int64_t deadline = 0;
    std::uint64_t token = 0;

    template <typename Record>
    [[nodiscard]] std::vector<Record> records() const {
        return records_in<Record>(body);
    }
};

/// What became of a request that a test sent to the agent.
struct ReceivedReply {
    drover_status status = DROVER_OK;
    std::string body;   ///< JSON text, or the bytes of the records.
    std::string error;  ///< With a negative status.

    [[nodiscard]] bool is_ok() const { return status >= 0; }
    template <typename Record>
    [[nodiscard]] std::vector<Record> records() const {
        return records_in<Record>(body);
    }
};

/// A reply on its way out of the agent.
struct SentReply {
    std::uint64_t request = 0;
    std::int64_t time = 0;  ///< The agent's, when it replied.
    ReceivedReply reply;
};

/// Not safe for threads; Host holds its lock.
class Requests {
public:
    static constexpr std::size_t most_open = 256;

    /// `description` must outlive this.
    explicit Requests(const drover_agent_description& description) : description_(description) {}

    /// drover_host.request.
    Answer send(std::uint32_t port,
                std::string_view target,
                std::string_view body,
                std::int64_t timeout,
                std::uint64_t token,
                std::int64_t now) {
        if (port >= description_.port_count ||
            (description_.ports[port]->flags & DROVER_PORT_REQUEST_CLIENT) == 0) {
            return {DROVER_E_NOT_FOUND,
                    "Port " + std::to_string(port) + " is not a REQUEST_CLIENT port."};
        }
        const drover_port& declared = *description_.ports[port];
        if (timeout <= 0) {
            return {DROVER_E_INVALID,
                    "A request's timeout must be above 0, not " + std::to_string(timeout) + " ns."};
        }
        if (auto checked = check_body(declared.type, declared.name, body); checked.status < 0) {
            return checked;
        }
        if (sent_.size() + leaving_.size() >= most_open) {
            return {DROVER_E_STATE, "256 requests are open already."};
        }
        constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();
        const std::int64_t deadline =
            timeout > latest - std::max<std::int64_t>(now, 0) ? latest : now + timeout;
        leaving_.push_back({++last_sent_,
                            declared.name,
                            declared.topic,
                            std::string(target),
                            std::string(body),
                            deadline,
                            token});
        return {};
    }

    /// drover_host.reply. Inside a callback it leaves at the callback's end.
    Answer reply(std::uint64_t request,
                 drover_status status,
                 std::string_view body,
                 std::string_view error,
                 std::int64_t now,
                 bool in_callback) {
        const auto open = received_.find(request);
        if (open == received_.end()) {
            return request == 0 || request > last_received_
                       ? Answer{DROVER_E_NOT_FOUND,
                                "There was no request " + std::to_string(request) + "."}
                       : Answer{
                             DROVER_E_STATE,
                             "Request " + std::to_string(request) + " has been answered already."};
        }
        const drover_port& declared = *description_.ports[open->second];
        if (status >= 0) {
            if (auto checked = check_body(declared.reply_type, declared.name, body);
                checked.status < 0) {
                return checked;
            }
        }
        received_.erase(open);
        const bool failed = status < 0;
        auto& leaving = in_callback ? replies_ : finished_;
        leaving.push_back({request,
                           now,
                           {status,
                            failed ? std::string() : std::string(body),
                            failed ? std::string(error) : std::string()}});
        return {};
    }

    /// A request for the agent: from now on it may answer `id`, once.
    void receive(std::uint64_t id, std::uint32_t port) {
        received_[id] = port;
        last_received_ = std::max(last_received_, id);
    }

    /// Lets go of what a callback has sent, or, where its state could not be saved, forgets it.
    void end_callback(bool is_committed) {
        for (SentRequest& request : std::exchange(leaving_, {})) {
            if (is_committed) {
                sent_.push_back(std::move(request));
            }
        }
        if (is_committed) {
            for (SentReply& reply : std::exchange(replies_, {})) {
                finished_.push_back(std::move(reply));
            }
        }
        replies_.clear();
    }

    /// The requests that left and are open, oldest first.
    [[nodiscard]] const std::vector<SentRequest>& sent() const { return sent_; }
    /// Takes an open request; nothing where it is not open (any more).
    std::optional<SentRequest> take(std::uint64_t id) {
        const auto found = std::find_if(
            sent_.begin(), sent_.end(), [id](const SentRequest& one) { return one.id == id; });
        if (found == sent_.end()) {
            return std::nullopt;
        }
        SentRequest taken = std::move(*found);
        sent_.erase(found);
        return taken;
    }
    /// Whether the agent has ever sent a request with this id.
    [[nodiscard]] bool was_sent(std::uint64_t id) const { return id != 0 && id <= last_sent_; }

    /// When the next open request times out.
    [[nodiscard]] std::optional<std::int64_t> next_deadline() const {
        std::optional<std::int64_t> next;
        for (const SentRequest& one : sent_) {
            next = next ? std::min(*next, one.deadline) : one.deadline;
        }
        return next;
    }
    /// Takes the request that has timed out first, of equals the older one.
    std::optional<SentRequest> take_expired(std::int64_t now) {
        const auto first = std::min_element(
            sent_.begin(), sent_.end(), [](const SentRequest& left, const SentRequest& right) {
                return left.deadline < right.deadline;
            });
        return first == sent_.end() || first->deadline > now ? std::nullopt : take(first->id);
    }

    /// The replies that left and were not taken yet.
    [[nodiscard]] std::vector<SentReply> take_replies() { return std::exchange(finished_, {}); }

private:
    static Answer check_body(const drover_message_type* type,
                             const char* port,
                             std::string_view body) {
        const bool is_records = type != nullptr && type->encoding == DROVER_ENCODING_RECORDS;
        const bool fits = is_records ? body.size() % type->record_size == 0 : !body.empty();
        if (!fits) {
            return {DROVER_E_TYPE,
                    std::to_string(body.size()) + " bytes are no body for port '" +
                        std::string(port) + "': it takes " + describe(type) + "."};
        }
        if (body.size() > Publications::most_bytes) {
            return {DROVER_E_TOO_BIG,
                    "A body of " + std::to_string(body.size()) + " bytes is larger than 4 MiB."};
        }
        return {};
    }

    const drover_agent_description& description_;
    std::uint64_t last_sent_ = 0;
    std::uint64_t last_received_ = 0;
    std::vector<SentRequest> leaving_;  ///< Of the running callback.
    std::vector<SentRequest> sent_;
    std::vector<SentReply> replies_;  ///< Of the running callback.
    std::vector<SentReply> finished_;
    std::map<std::uint64_t, std::uint32_t> received_;  ///< Open ones, and their ports.
};

}  // namespace drover::testing
