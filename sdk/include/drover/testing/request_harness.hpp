/// The requests of a harness: a test asks the agent, and answers what the agent asks. Harness adds
/// the messages.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <drover/testing/lifecycle.hpp>
#include <drover/testing/requests.hpp>

namespace drover::testing {

/// Sends requests to the agent and answers those that it sends.
class RequestHarness : public Lifecycle {
public:
    using Lifecycle::Lifecycle;

    // --- the agent answers

    /// Sends JSON to the REQUEST_SERVER port named `port`. Returns the request's id, for
    /// `reply_to`.
    std::uint64_t send_request(std::string_view port,
                               std::string_view json,
                               std::chrono::nanoseconds timeout = std::chrono::seconds(5),
                               std::string_view sender = "test") {
        require_running("send_request");
        const std::uint32_t index = find_server(port);
        const std::uint64_t id = ++last_request_;
        const std::int64_t deadline = now() + timeout.count();
        asked_[id] = Asked{lives(), deadline, std::nullopt};
        const BorrowedBody body(json);
        drover_request request{};
        request.size = sizeof(request);
        request.port = index;
        request.id = id;
        request.deadline = deadline;
        request.sender = borrow(sender);
        request.body = body.bytes();
        life().on_request(request);
        settle();
        return id;
    }
    /// The same with one record as the body.
    template <typename Record,
              typename = std::enable_if_t<!std::is_convertible_v<const Record&, std::string_view>>>
    std::uint64_t send_request(std::string_view port,
                               const Record& record,
                               std::chrono::nanoseconds timeout = std::chrono::seconds(5),
                               std::string_view sender = "test") {
        static_assert(std::is_trivially_copyable_v<Record>);
        return send_request(
            port,
            std::string_view(reinterpret_cast<const char*>(&record), sizeof(Record)),
            timeout,
            sender);
    }

    /// What the sender of that request has got by now: the answer, TIMEOUT once the clock has
    /// reached its deadline, LOST once the life that was asked has ended; nothing while it waits.
    [[nodiscard]] std::optional<ReceivedReply> reply_to(std::uint64_t id) {
        take_replies();
        const auto found = asked_.find(id);
        if (found == asked_.end()) {
            throw HarnessError("send_request gave no id " + std::to_string(id) + ".");
        }
        Asked& asked = found->second;
        if (!asked.reply && now() >= asked.deadline) {
            asked.reply = ReceivedReply{DROVER_E_TIMEOUT, "", "The deadline has passed."};
        }
        if (!asked.reply && (asked.life != lives() || !is_running())) {
            asked.reply =
                ReceivedReply{DROVER_E_LOST, "", "The agent ended before it had answered."};
        }
        return asked.reply;
    }

    /// send_request for an agent that answers at once. Throws HarnessError where it does not.
    template <typename Body>
    ReceivedReply ask(std::string_view port, const Body& body) {
        const auto reply = reply_to(send_request(port, body));
        if (!reply) {
            throw HarnessError("The agent did not answer the request on port '" +
                               std::string(port) + "' at once; use send_request and reply_to.");
        }
        return *reply;
    }

    /// Answers that came too late to reach anybody.
    [[nodiscard]] std::size_t late_replies() {
        take_replies();
        return late_replies_;
    }

    // --- the agent asks

    /// The requests of this life that wait for an answer, oldest first.
    [[nodiscard]] std::vector<SentRequest> open_requests() const {
        return lives() == 0 ? std::vector<SentRequest>{}
                            : life().host.with_requests(
                                  [](const Requests& requests) { return requests.sent(); });
    }

    /// Answers a request of the agent with JSON, or with the bytes of records. False: it is not
    /// open any more (answered, timed out), so that a real host would drop the answer.
    bool answer(std::uint64_t id, std::string_view body) { return finish(id, DROVER_OK, body, {}); }
    /// The same with one record.
    template <typename Record,
              typename = std::enable_if_t<!std::is_convertible_v<const Record&, std::string_view>>>
    bool answer(std::uint64_t id, const Record& record) {
        static_assert(std::is_trivially_copyable_v<Record>);
        return answer(id, std::string_view(reinterpret_cast<const char*>(&record), sizeof(Record)));
    }
    bool answer_failure(std::uint64_t id, drover_status status, std::string_view sentence) {
        return finish(id, status, {}, sentence);
    }
    /// All open requests are LOST, as when the router or their servers die.
    void lose_requests() {
        for (const SentRequest& request : open_requests()) {
            answer_failure(request.id, DROVER_E_LOST, "The server ended before it had answered.");
        }
    }

private:
    /// A request that the test has sent.
    struct Asked {
        std::size_t life = 0;  ///< How many lives there were.
        std::int64_t deadline = 0;
        std::optional<ReceivedReply> reply;
    };

    [[nodiscard]] std::uint32_t find_server(std::string_view name) const {
        std::string others;
        for (std::uint32_t index = 0; index < description().port_count; ++index) {
            const drover_port& port = *description().ports[index];
            if ((port.flags & DROVER_PORT_REQUEST_SERVER) == 0) {
                continue;
            }
            if (name == port.name) {
                return index;
            }
            others += (others.empty() ? "" : ", ") + std::string(port.name);
        }
        throw HarnessError("'" + std::string(description().name) +
                           "' has no REQUEST_SERVER port '" + std::string(name) +
                           "'; it has: " + (others.empty() ? "none" : others) + ".");
    }

    void take_replies() {
        for (SentReply& sent : sent_replies()) {
            const auto asked = asked_.find(sent.request);
            const bool in_time = asked != asked_.end() && !asked->second.reply &&
                                 sent.time <= asked->second.deadline;
            if (in_time) {
                asked->second.reply = std::move(sent.reply);
            } else {
                ++late_replies_;
            }
        }
    }

    bool finish(std::uint64_t id,
                drover_status status,
                std::string_view bytes,
                std::string_view error) {
        require_running("answer");
        const auto [request, was_sent] = life().host.with_requests([id](Requests& requests) {
            return std::pair(requests.take(id), requests.was_sent(id));
        });
        if (!was_sent) {
            throw HarnessError("The agent has sent no request " + std::to_string(id) + ".");
        }
        if (!request) {
            return false;
        }
        life().on_reply(*request, status, bytes, error);
        settle();
        return true;
    }

    std::uint64_t last_request_ = 0;
    std::size_t late_replies_ = 0;
    std::map<std::uint64_t, Asked> asked_;
};

}  // namespace drover::testing
