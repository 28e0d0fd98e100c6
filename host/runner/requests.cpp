// What an agent asks other agents, what it is asked, and how both leave after its state.
#include <algorithm>
#include <limits>
#include <utility>

#include "runner/agent_runner.hpp"

namespace drover {
namespace {

constexpr std::uint64_t largest_body = (std::uint64_t{4} << 20U) - 1024;
/// No agent has a longer name.
constexpr std::size_t longest_target = 200;

/// Why `body` is none for a port that takes `encoding`; nothing when it is one.
std::optional<std::pair<drover_status, std::string>> why_no_body(const PortSetup& port,
                                                                 std::uint16_t encoding,
                                                                 std::uint32_t record_size,
                                                                 const drover_bytes& body) {
    if (body.data == nullptr && body.size > 0) {
        return std::pair{drover_status{DROVER_E_INVALID}, std::string("The body has no data.")};
    }
    const bool is_records = encoding == DROVER_ENCODING_RECORDS;
    if (is_records ? body.size % record_size != 0 : body.size == 0) {
        return std::pair{drover_status{DROVER_E_TYPE},
                         "Port '" + port.name + "' takes " +
                             (is_records ? "records of " + std::to_string(record_size) + " bytes"
                                         : std::string("one JSON value")) +
                             "; " + std::to_string(body.size) + " bytes were given."};
    }
    if (body.size > largest_body) {
        return std::pair{drover_status{DROVER_E_TOO_BIG},
                         "A body for port '" + port.name + "' of " + std::to_string(body.size) +
                             " bytes is too big; at most 4 MiB are allowed."};
    }
    return std::nullopt;
}

std::string_view body_text(const drover_bytes& body) {
    return {body.size == 0 ? "" : static_cast<const char*>(body.data), body.size};
}

std::string_view sentence_text(const drover_string& text) {
    return {text.data == nullptr ? "" : text.data, text.size};
}

}  // namespace

drover_status AgentRunner::send_request(std::uint32_t port,
                                        std::string_view target,
                                        const drover_bytes& body,
                                        std::int64_t timeout,
                                        std::uint64_t token) {
    if (phase_ != Phase::starting && phase_ != Phase::running) {
        return host_error(DROVER_E_STATE, "Requests begin with start and end with stop.");
    }
    if (port >= setup_.ports.size() ||
        (setup_.ports[port].flags & DROVER_PORT_REQUEST_CLIENT) == 0) {
        return host_error(DROVER_E_NOT_FOUND,
                          "Port " + std::to_string(port) + " is not a REQUEST_CLIENT port.");
    }
    const PortSetup& declared = setup_.ports[port];
    if (timeout <= 0) {
        return host_error(
            DROVER_E_INVALID,
            "A request's timeout must be above 0, not " + std::to_string(timeout) + " ns.");
    }
    if (target.size() > longest_target) {
        return host_error(DROVER_E_NOT_FOUND, "No agent has a name as long as this target's.");
    }
    if (auto wrong = why_no_body(declared, declared.encoding, declared.record_size, body)) {
        return host_error(wrong->first, std::move(wrong->second));
    }
    constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();
    const std::int64_t deadline = timeout < latest - time() ? time() + timeout : latest;
    const std::lock_guard lock(mutex_);
    if (requests_.is_full()) {
        return host_error(
            DROVER_E_STATE,
            std::to_string(RequestTable::most_open) + " requests of this agent are open already.");
    }
    requests_.open(OutgoingRequest{0,
                                   declared.topic,
                                   std::string(target),
                                   declared.type,
                                   declared.reply_type,
                                   deadline,
                                   std::string(body_text(body)),
                                   live_clock_ ? live_clock_->to_wall(deadline) : deadline},
                   token);
    return DROVER_OK;
}

drover_status AgentRunner::send_reply(std::uint64_t id,
                                      drover_status status,
                                      const drover_bytes& body,
                                      const drover_string& error) {
    const bool in_own_callback = is_agent_thread();
    if (!in_own_callback && !setup_.foreign_threads) {
        return host_error(DROVER_E_THREAD, "In a simulation only callbacks may reply.");
    }
    {
        const std::lock_guard lock(mutex_);
        const UnansweredRequest* const request = requests_.find(id);
        if (request == nullptr) {
            return requests_.was_received(id)
                       ? host_error(DROVER_E_STATE,
                                    "Request " + std::to_string(id) +
                                        " was answered already, or nobody waits for it any more.")
                       : host_error(DROVER_E_NOT_FOUND,
                                    "There was no request " + std::to_string(id) + ".");
        }
        const PortSetup& port = setup_.ports[request->port];
        if (status >= 0) {
            if (auto wrong = why_no_body(port, port.reply_encoding, port.reply_record_size, body)) {
                return host_error(wrong->first, std::move(wrong->second));
            }
        }
        requests_.answer(id, status, sentence_text(error), body_text(body));
    }
    if (!in_own_callback) {
        transport_.wake();
    }
    return DROVER_OK;
}

void AgentRunner::handle_request(const RequestDelivery& delivery) {
    std::optional<std::uint64_t> id;
    const std::int64_t deadline =
        live_clock_ ? live_clock_->from_wall(delivery.deadline) : delivery.deadline;
    const bool is_served = delivery.port < setup_.ports.size() &&
                           (setup_.ports[delivery.port].flags & DROVER_PORT_REQUEST_SERVER) != 0 &&
                           functions_.on_request != nullptr;
    {
        const std::lock_guard lock(mutex_);
        if (!is_served) {
            requests_.refuse(
                delivery.origin, DROVER_E_UNSUPPORTED, "The agent answers no requests there.");
        } else {
            id = requests_.receive({delivery.origin, delivery.port, deadline}, time());
            if (!id) {
                requests_.refuse(delivery.origin,
                                 DROVER_E_STATE,
                                 "Agent '" + setup_.name + "' has " +
                                     std::to_string(RequestTable::most_unanswered) +
                                     " requests to answer already.");
            }
        }
    }
    if (id) {
        const drover_request request{sizeof(drover_request),
                                     delivery.port,
                                     *id,
                                     deadline,
                                     {delivery.sender.data(), delivery.sender.size()},
                                     {delivery.data, static_cast<std::size_t>(delivery.bytes)}};
        page_.port.store(delivery.port, std::memory_order_relaxed);
        record([&](LifeRecorder& recorder) { recorder.request(delivery.origin, request); });
        in_callback(
            CallbackKind::on_request, {}, time(), [&] { functions_.on_request(agent_, &request); });
    }
    run_posts();
}

void AgentRunner::handle_reply(const ReplyDelivery& delivery) {
    std::optional<OpenRequest> open;
    {
        const std::lock_guard lock(mutex_);
        open = requests_.close(delivery.number);
    }
    if (open) {
        tell_reply(open->token, delivery);
    }
    run_posts();
}

void AgentRunner::tell_reply(std::uint64_t token, const ReplyDelivery& delivery) {
    if (functions_.on_reply == nullptr) {
        return;
    }
    const drover_reply reply{sizeof(drover_reply),
                             delivery.status,
                             token,
                             {delivery.data, static_cast<std::size_t>(delivery.bytes)},
                             {delivery.error.data(), delivery.error.size()}};
    record([&](LifeRecorder& recorder) { recorder.reply(delivery.number, reply); });
    in_callback(CallbackKind::on_reply, {}, time(), [&] { functions_.on_reply(agent_, &reply); });
}

void AgentRunner::expire_requests() {
    // Only this thread opens and closes requests, so looking needs no lock.
    while (requests_.next_deadline() <= time()) {
        std::optional<OpenRequest> expired;
        {
            const std::lock_guard lock(mutex_);
            expired = requests_.close_expired(time());
        }
        if (!expired) {
            return;
        }
        tell_reply(expired->token,
                   {.number = expired->number,
                    .status = DROVER_E_TIMEOUT,
                    .error = "No answer came before the deadline."});
        handle_posts();
    }
}

void AgentRunner::lose_requests(std::string_view sentence) {
    // Those that on_reply sends meanwhile are new and stay open.
    std::vector<OpenRequest> lost;
    {
        const std::lock_guard lock(mutex_);
        while (const auto open = requests_.close_oldest()) {
            lost.push_back(*open);
        }
    }
    for (const OpenRequest& request : lost) {
        tell_reply(request.token,
                   {.number = request.number, .status = DROVER_E_LOST, .error = sentence});
        run_posts();
    }
}

std::int64_t AgentRunner::next_timer() const {
    return std::min(timers_.next_due(), requests_.next_deadline());
}

std::optional<Monotonic> AgentRunner::timer_due() const {
    if (!live_clock_ || is_input_paused() || next_timer() == TimerTable::none) {
        return std::nullopt;
    }
    return live_clock_->when(next_timer());
}

}  // namespace drover
