/// The base class of agents: what an agent may override, and what it may ask of its host.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <drover/drover.h>
#include <drover/failure.hpp>
#include <drover/link.hpp>
#include <drover/message.hpp>
#include <drover/port.hpp>
#include <drover/request.hpp>
#include <drover/store.hpp>
#include <drover/text.hpp>

namespace drover {

/// The handle of one topic an agent publishes on.
template <typename Record>
struct Topic {
    std::uint32_t handle = 0;
};

/// The configuration as it reaches an agent. All of it is borrowed for the call.
struct Config {
    std::string_view name;   ///< Of the agent in agents.yaml.
    std::string_view fleet;  ///< `name:` of agents.yaml.
    std::string_view json;   ///< The agent's `config`, valid by its schema.
    std::uint32_t mode;      ///< DROVER_MODE_..., for logging.
    std::int64_t start_time;
};

/// Base class of an agent. Derive from it, declare `about` and `ports`, override what interests
/// you. All functions run on the agent thread. What a function throws becomes its failure: a
/// Failure keeps its code and sentence, any other exception gets the code "exception".
class Agent {
public:
    Agent() = default;
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;
    Agent(Agent&&) = delete;
    Agent& operator=(Agent&&) = delete;
    virtual ~Agent() = default;

    /// A class whose `store()` keeps all that it must not forget declares this as true.
    static constexpr bool stores = false;
    /// A class that overrides `on_link_lost` declares this as true.
    static constexpr bool follows_links = false;

    virtual void configure(const Config& /*config*/) {}
    /// Returns false to be ready later, by `ready()`.
    virtual bool start() { return true; }
    virtual void stop(std::int32_t /*reason*/) {}
    virtual void on_message(const Message& /*message*/) {}
    virtual void on_timer(std::uint64_t /*id*/, std::int64_t /*due*/, std::uint32_t /*missed*/) {}
    virtual void on_post(std::uint64_t /*token*/) {}
    virtual void on_refused(std::string_view /*topic*/,
                            std::uint64_t /*sequence*/,
                            drover_status /*status*/,
                            std::string_view /*reason*/) {}
    /// Answers a request, now or later, exactly once: `reply` or `reply_failure` with its id. A
    /// Failure thrown here is the answer: its status and its sentence. Any other exception ends the
    /// agent, and the sender gets LOST.
    virtual void on_request(const Request& request) {
        reply_failure(request.id(), DROVER_E_UNSUPPORTED, "This agent answers no requests.");
    }
    /// Exactly once for each `request` that was accepted, until `stop`.
    virtual void on_reply(const Reply& /*reply*/) {}
    /// The router, or an agent that publishes what a port takes, is gone, and why; and is back.
    /// Only called when the class declares `follows_links = true`, and never under a replay clock
    /// nor in a simulation. See drover_link_v1.
    virtual void on_link_lost(const Link& /*link*/, std::string_view /*reason*/) {}
    virtual void on_link_restored(const Link& /*link*/) {}
    /// What survives a restart. Only called when the class declares `keeps_state = true`.
    virtual void save_state(std::string& /*bytes*/) const {}
    virtual void load_state(std::string_view /*bytes*/, std::uint32_t /*version*/) {}

    void attach(const drover_host* host) { host_ = host; }
    [[nodiscard]] const drover_host* host() const { return host_; }

protected:
    [[nodiscard]] std::int64_t now() const { return host_->now(host_); }
    [[nodiscard]] std::uint64_t random() const { return host_->random(host_); }
    void log(std::int32_t level, std::string_view text) const {
        host_->log(host_, level, borrow(text));
    }
    void log_info(std::string_view text) const { log(DROVER_LOG_INFO, text); }
    void log_warning(std::string_view text) const { log(DROVER_LOG_WARNING, text); }
    void healthy(std::string_view text = {}) const {
        host_->health(host_, DROVER_HEALTH_HEALTHY, "ok", borrow(text));
    }
    void degraded(const char* code, std::string_view text) const {
        host_->health(host_, DROVER_HEALTH_DEGRADED, code, borrow(text));
    }
    void unhealthy(const char* code, std::string_view text) const {
        host_->health(host_, DROVER_HEALTH_UNHEALTHY, code, borrow(text));
    }
    void state_dirty() const { host_->state_dirty(host_); }
    /// What survives a restart key by key, where saving the whole state would be too much. A class
    /// that keeps all it must remember there says so: `stores = true`.
    [[nodiscard]] Store store() const { return Store(host_); }
    /// Asks for more time for the running callback: it counts as hung only when it still runs
    /// `longer` of wall time from now.
    void extend(std::chrono::nanoseconds longer) const { host_->extend(host_, longer.count()); }
    void post(std::uint64_t token) const { check(host_->post(host_, token)); }
    void ready() const { host_->ready(host_, DROVER_OK); }
    void completed(std::string_view text) const {
        host_->request_stop(host_, DROVER_OK, "completed", borrow(text));
    }
    void give_up(const char* code, std::string_view text) const {
        host_->request_stop(host_, DROVER_E_INTERNAL, code, borrow(text));
    }
    void set_timer(std::uint64_t id, std::int64_t due, std::int64_t period = 0) const {
        check(host_->timer_set(host_, id, due, period));
    }
    void cancel_timer(std::uint64_t id) const { host_->timer_cancel(host_, id); }

    /// A handle for `name`, a topic that the port's pattern matches. Throws Failure where no port
    /// or rule allows it.
    template <typename Record>
    [[nodiscard]] Topic<Record> topic(const Out<Record>& port, std::string_view name) const {
        Topic<Record> topic;
        check(host_->topic(host_, port.index, borrow(name), &topic.handle));
        return topic;
    }
    /// Publishes one record. Returns the status: a publication that is denied or gated is no
    /// exception, the sentence is in last_error().
    template <typename Record>
    drover_status publish(Topic<Record> topic,
                          const Record& record,
                          std::int64_t event_time = DROVER_EVENT_TIME_INHERIT) const {
        static_assert(std::is_trivially_copyable_v<Record> && std::is_standard_layout_v<Record>);
        return host_->publish(host_, topic.handle, event_time, &record, 1, sizeof(Record), nullptr);
    }
    template <typename Record>
    drover_status publish_json(Topic<Record> topic,
                               std::string_view json,
                               std::int64_t event_time = DROVER_EVENT_TIME_INHERIT) const {
        return host_->publish(
            host_, topic.handle, event_time, json.data(), 1, json.size(), nullptr);
    }

    /// Asks the agent named `target`, or the one server of the port's topic if that is empty.
    /// on_reply(token) follows exactly once, TIMEOUT and LOST included, unless this answers a
    /// failure (its sentence is in last_error()). `timeout` is above 0, of the agent's time. It
    /// leaves when the callback's state is committed, behind what the callback published. Requests
    /// that are open do not survive a restart of this agent.
    template <typename Question, typename Answer>
    [[nodiscard]] drover_status request(const RequestClient<Question, Answer>& port,
                                        std::string_view target,
                                        std::string_view json,
                                        std::chrono::nanoseconds timeout,
                                        std::uint64_t token) const {
        return request_bytes(port.index, target, {json.data(), json.size()}, timeout, token);
    }
    /// The same with one record as the body.
    template <typename Question,
              typename Answer,
              typename = std::enable_if_t<std::is_trivially_copyable_v<Question>>>
    [[nodiscard]] drover_status request(const RequestClient<Question, Answer>& port,
                                        std::string_view target,
                                        const Question& record,
                                        std::chrono::nanoseconds timeout,
                                        std::uint64_t token) const {
        static_assert(std::is_standard_layout_v<Question>);
        return request_bytes(port.index, target, {&record, sizeof(Question)}, timeout, token);
    }
    /// Answers a request with JSON. STATE: it was answered before; TYPE: its port answers with
    /// records. An answer that comes after the deadline is dropped on its way. [any]
    drover_status reply(std::uint64_t request, std::string_view json) const {
        return reply_bytes(request, {json.data(), json.size()});
    }
    /// Answers a request with `count` records in a row. [any]
    template <typename Record>
    drover_status reply_records(std::uint64_t request,
                                const Record* records,
                                std::size_t count) const {
        static_assert(std::is_trivially_copyable_v<Record> && std::is_standard_layout_v<Record>);
        return reply_bytes(request, {records, count * sizeof(Record)});
    }
    /// Answers a request with one record. [any]
    template <typename Record,
              typename = std::enable_if_t<!std::is_convertible_v<const Record&, std::string_view>>>
    drover_status reply(std::uint64_t request, const Record& record) const {
        return reply_records(request, &record, 1);
    }
    /// Answers a request with a failure: a negative status and a sentence for whoever asked. [any]
    drover_status reply_failure(std::uint64_t request,
                                drover_status status,
                                std::string_view sentence) const {
        return host_->reply(host_, request, status, {nullptr, 0}, borrow(sentence));
    }

    [[nodiscard]] std::string last_error() const {
        return std::string(view(host_->last_error(host_)));
    }
    /// Throws a Failure with the host's sentence when a host call failed.
    void check(drover_status status) const {
        if (status < 0) {
            throw Failure("host", last_error(), status);
        }
    }

private:
    drover_status request_bytes(std::uint32_t port,
                                std::string_view target,
                                drover_bytes body,
                                std::chrono::nanoseconds timeout,
                                std::uint64_t token) const {
        return host_->request(host_, port, borrow(target), body, timeout.count(), token);
    }
    drover_status reply_bytes(std::uint64_t request, drover_bytes body) const {
        return host_->reply(host_, request, DROVER_OK, body, {nullptr, 0});
    }

    const drover_host* host_ = nullptr;
};

}  // namespace drover
