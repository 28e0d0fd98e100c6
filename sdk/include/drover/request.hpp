/// Requests between agents: the ports that take and send them, and what arrives on both sides.
///
/// A server declares `RequestServer<Question, Answer>` and overrides `Agent::on_request`; it
/// answers each request exactly once by `reply` or `reply_failure`, in the callback or at any later
/// time, from any of its threads. A client declares `RequestClient<Question, Answer>`, calls
/// `Agent::request` and gets exactly one `on_reply`: the answer, a failure with a sentence,
/// DROVER_E_TIMEOUT or DROVER_E_LOST. Client and server meet by the topic of their ports; both
/// ports carry the same types.
///
///     static constexpr drover::RequestServer<drover::AnyJson, drover::AnyJson> positions{
///         0, "positions", "broker.positions", "The open positions, as JSON"};
///     void on_request(const drover::Request& request) override {
///         reply(request.id(), R"({"positions": []})");
///     }
///
/// A person asks the same port with `drover request AGENT positions '{}'`.
#pragma once

#include <cstdint>
#include <string_view>

#include <drover/message.h>
#include <drover/message.hpp>
#include <drover/port.hpp>
#include <drover/text.hpp>

namespace drover {

/// The agent answers requests on `topic`, a plain topic or a pattern. `Question` and `Answer` are
/// record structs, or JSON types (`AnyJson` takes any value). `index` is the port's place in the
/// agent's `ports`.
template <typename Question, typename Answer>
struct RequestServer {
    std::uint32_t index;
    const char* name;
    const char* topic;
    const char* description;
    std::uint32_t flags = 0;
    static constexpr std::uint32_t direction = DROVER_PORT_REQUEST_SERVER;
    static constexpr const drover_message_type* type = MessageTypeOf<Question>::value;
    static constexpr const drover_message_type* reply_type = MessageTypeOf<Answer>::value;
};
/// The agent sends requests to the servers of `topic`.
template <typename Question, typename Answer>
struct RequestClient {
    std::uint32_t index;
    const char* name;
    const char* topic;
    const char* description;
    std::uint32_t flags = 0;
    static constexpr std::uint32_t direction = DROVER_PORT_REQUEST_CLIENT;
    static constexpr const drover_message_type* type = MessageTypeOf<Question>::value;
    static constexpr const drover_message_type* reply_type = MessageTypeOf<Answer>::value;
};

/// A body read as records of one size.
template <typename Record>
[[nodiscard]] Records<Record> records_of(drover_bytes body) {
    return {body.data,
            static_cast<std::uint32_t>(body.size / sizeof(Record)),
            static_cast<std::uint32_t>(sizeof(Record))};
}
[[nodiscard]] inline std::string_view text_of_body(drover_bytes body) {
    return {body.size == 0 ? "" : static_cast<const char*>(body.data), body.size};
}

/// A request that this agent must answer. Borrowed until the callback returns; keep `id()`.
class Request {
public:
    explicit Request(const drover_request& raw) : raw_(&raw) {}
    [[nodiscard]] const drover_request& raw() const { return *raw_; }
    /// What `reply` and `reply_failure` take. Never 0.
    [[nodiscard]] std::uint64_t id() const { return raw_->id; }
    /// Whether it came in by `port`.
    template <typename Question, typename Answer>
    [[nodiscard]] bool is(const RequestServer<Question, Answer>& port) const {
        return raw_->port == port.index;
    }
    /// The name of the asking agent; `drover` for a person at the command line.
    [[nodiscard]] std::string_view sender() const { return view(raw_->sender); }
    /// When the sender stops waiting, in the agent's time; ns since the epoch.
    [[nodiscard]] std::int64_t deadline() const { return raw_->deadline; }
    [[nodiscard]] std::string_view json() const { return text_of_body(raw_->body); }
    /// The records of a body of records. Ask `is` first.
    template <typename Question, typename Answer>
    [[nodiscard]] Records<Question> records(const RequestServer<Question, Answer>& /*port*/) const {
        return records_of<Question>(raw_->body);
    }

private:
    const drover_request* raw_;
};

/// The one answer to a request of this agent. Borrowed until the callback returns.
class Reply {
public:
    explicit Reply(const drover_reply& raw) : raw_(&raw) {}
    [[nodiscard]] const drover_reply& raw() const { return *raw_; }
    /// As given to `Agent::request`.
    [[nodiscard]] std::uint64_t token() const { return raw_->token; }
    /// DROVER_OK, what the server failed with, TIMEOUT, LOST, or why it could not be delivered:
    /// NOT_FOUND (no such agent or port), TYPE, STATE (too many requests are open).
    [[nodiscard]] drover_status status() const { return raw_->status; }
    [[nodiscard]] bool is_ok() const { return raw_->status >= 0; }
    /// Why it failed, a sentence; empty where it did not.
    [[nodiscard]] std::string_view error() const { return view(raw_->error); }
    [[nodiscard]] std::string_view json() const { return text_of_body(raw_->body); }
    template <typename Question, typename Answer>
    [[nodiscard]] Records<Answer> records(const RequestClient<Question, Answer>& /*port*/) const {
        return records_of<Answer>(raw_->body);
    }

private:
    const drover_reply* raw_;
};

}  // namespace drover
