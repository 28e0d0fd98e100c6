// The C table that a plugin sees: each function finds its runner and asks it.
#include "runner/host_table.hpp"

#include <utility>

#include <drover/extension/control.h>
#include <drover/extension/replay_clock.h>
#include <drover/extension/simulation.h>
#include <drover/extension/store.h>

#include "base/clock.hpp"
#include "runner/agent_runner.hpp"
#include "runner/host_version.hpp"

namespace drover {
namespace {

thread_local std::string last_error_sentence;

std::string_view text_of(drover_string text) {
    return {text.data == nullptr ? "" : text.data, text.size};
}

}  // namespace

drover_status host_error(drover_status status, std::string sentence) {
    last_error_sentence = std::move(sentence);
    return status;
}

/// The functions behind the table; a friend of AgentRunner.
struct HostTable {
    static AgentRunner& runner_of(const drover_host* host) {
        return *static_cast<AgentRunner*>(host->implementation);
    }
    /// Runs `call` unless the agent has been stopped; a stopped plugin is silent.
    template <typename Call>
    static drover_status open(const drover_host* host, Call&& call) {
        AgentRunner& runner = runner_of(host);
        if (runner.closed_.load(std::memory_order_acquire)) {
            return host_error(DROVER_E_STATE, "The agent has been stopped.");
        }
        return call(runner);
    }
    /// The same for functions that only callbacks may use.
    template <typename Call>
    static drover_status inside(const drover_host* host, Call&& call) {
        return open(host, [&](AgentRunner& runner) {
            return runner.is_agent_thread()
                       ? call(runner)
                       : host_error(DROVER_E_THREAD, "This may only be called inside a callback.");
        });
    }

    static void log(const drover_host* host, std::int32_t level, drover_string text) {
        AgentRunner& runner = runner_of(host);
        if (!runner.closed_.load(std::memory_order_acquire)) {
            runner.observer_.on_log(level, text_of(text));
        }
    }
    static void fail(const drover_host* host, const char* code, drover_string text) {
        runner_of(host).report_failure(code == nullptr ? "" : code, text_of(text));
    }
    static drover_string last_error(const drover_host* /*host*/) {
        return {last_error_sentence.data(), last_error_sentence.size()};
    }
    static void health(const drover_host* host,
                       std::int32_t level,
                       const char* code,
                       drover_string text) {
        AgentRunner& runner = runner_of(host);
        if (!runner.closed_.load(std::memory_order_acquire)) {
            runner.health_.report(level, code == nullptr ? "" : code, text_of(text));
        }
    }
    static std::int64_t now(const drover_host* host) { return runner_of(host).time(); }
    static void extend(const drover_host* host, std::int64_t nanoseconds) {
        runner_of(host).page_.extended_to.store(
            monotonic_now().time_since_epoch().count() + nanoseconds, std::memory_order_relaxed);
    }
    static drover_status timer_set(const drover_host* host,
                                   std::uint64_t id,
                                   std::int64_t due,
                                   std::int64_t period) {
        return inside(host, [&](AgentRunner& runner) { return runner.set_timer(id, due, period); });
    }
    static drover_status timer_cancel(const drover_host* host, std::uint64_t id) {
        return inside(host, [&](AgentRunner& runner) {
            return runner.timers_.cancel(id)
                       ? DROVER_OK
                       : host_error(DROVER_E_NOT_FOUND,
                                    "There is no timer " + std::to_string(id) + ".");
        });
    }
    static std::uint64_t random(const drover_host* host) { return runner_of(host).random_.next(); }
    static drover_status subscribe(const drover_host* host,
                                   std::uint32_t port,
                                   drover_string pattern) {
        return inside(
            host, [&](AgentRunner& runner) { return runner.subscribe(port, text_of(pattern)); });
    }
    static drover_status topic(const drover_host* host,
                               std::uint32_t port,
                               drover_string name,
                               std::uint32_t* topic) {
        return inside(host, [&](AgentRunner& runner) {
            return runner.resolve_topic(port, text_of(name), topic);
        });
    }
    static drover_status publish(const drover_host* host,
                                 std::uint32_t topic,
                                 std::int64_t event_time,
                                 const void* data,
                                 std::uint32_t count,
                                 std::uint64_t bytes,
                                 std::uint64_t* sequence) {
        return open(host, [&](AgentRunner& runner) {
            return runner.publish(topic, event_time, data, count, bytes, sequence);
        });
    }
    static drover_status loan(const drover_host* host,
                              std::uint32_t topic,
                              std::uint32_t count,
                              void** data) {
        return open(host, [&](AgentRunner& runner) { return runner.lend(topic, count, data); });
    }
    static drover_status commit(const drover_host* host,
                                std::int64_t event_time,
                                std::uint32_t count,
                                std::uint64_t* sequence) {
        return open(host, [&](AgentRunner& runner) {
            return runner.commit_loan(event_time, count, sequence);
        });
    }
    static drover_status request(const drover_host* host,
                                 std::uint32_t port,
                                 drover_string target,
                                 drover_bytes body,
                                 std::int64_t timeout,
                                 std::uint64_t token) {
        return inside(host, [&](AgentRunner& runner) {
            return runner.send_request(port, text_of(target), body, timeout, token);
        });
    }
    static drover_status reply(const drover_host* host,
                               std::uint64_t request,
                               drover_status status,
                               drover_bytes body,
                               drover_string error) {
        return open(host, [&](AgentRunner& runner) {
            return runner.send_reply(request, status, body, error);
        });
    }
    static drover_status post(const drover_host* host, std::uint64_t token) {
        return open(host, [&](AgentRunner& runner) { return runner.post(token); });
    }
    static void ready(const drover_host* host, drover_status status) {
        runner_of(host).complete_start(status);
    }
    static void state_dirty(const drover_host* host) { runner_of(host).dirty_ = true; }
    static void request_stop(const drover_host* host,
                             drover_status status,
                             const char* code,
                             drover_string text) {
        open(host, [&](AgentRunner& runner) {
            runner.want_stop({status, code == nullptr ? "" : code, std::string(text_of(text))});
            return DROVER_OK;
        });
    }
    static drover_status advance(const drover_host* host,
                                 std::int64_t time,
                                 std::int64_t delay,
                                 std::uint64_t token) {
        return inside(host,
                      [&](AgentRunner& runner) { return runner.ask_advance(time, delay, token); });
    }
    static std::int64_t last_settled(const drover_host* host) {
        return runner_of(host).last_settled_;
    }
    /// An answer of the simulation service; it is only there where the table was lent.
    static drover_status told(const SimulationAnswer& answer) {
        return answer.status < 0 ? host_error(answer.status, answer.text) : answer.status;
    }
    static drover_status simulation_start(const drover_host* host,
                                          drover_bytes request,
                                          std::uint64_t token) {
        return inside(host, [&](AgentRunner& runner) {
            return told(runner.setup_.simulations->start(
                {static_cast<const char*>(request.data), request.size}, token));
        });
    }
    static drover_status simulation_read(const drover_host* host,
                                         std::uint64_t token,
                                         const drover_writer* writer) {
        return inside(host, [&](AgentRunner& runner) {
            const SimulationAnswer answer = runner.setup_.simulations->read(token);
            if (answer.status >= 0 && !answer.text.empty()) {
                const drover_status written =
                    writer->write(writer->context, answer.text.data(), answer.text.size());
                return written < 0 ? written : answer.status;
            }
            return told(answer);
        });
    }
    static drover_status simulation_cancel(const drover_host* host, std::uint64_t token) {
        return inside(host, [&](AgentRunner& runner) {
            return told(runner.setup_.simulations->cancel(token));
        });
    }
    static drover_status store_put(const drover_host* host, drover_bytes key, drover_bytes value) {
        return inside(host, [&](AgentRunner& runner) { return runner.store_put(key, value); });
    }
    static drover_status store_get(const drover_host* host,
                                   drover_bytes key,
                                   const drover_writer* writer) {
        return inside(host, [&](AgentRunner& runner) { return runner.store_get(key, *writer); });
    }
    static drover_status store_erase(const drover_host* host, drover_bytes key) {
        return inside(host, [&](AgentRunner& runner) { return runner.store_erase(key); });
    }
    static drover_status engage(const drover_host* host, drover_string reason) {
        return inside(
            host, [&](AgentRunner& runner) { return runner.engage_kill_switch(text_of(reason)); });
    }
    static const void* get_extension(const drover_host* host, const char* id) {
        static constexpr drover_replay_clock_v1 replay_clock{&advance, &last_settled};
        static constexpr drover_simulation_v1 simulation{
            &simulation_start, &simulation_read, &simulation_cancel};
        static constexpr drover_store_v1 store{&store_put, &store_get, &store_erase};
        static constexpr drover_control_v1 control{&engage};
        const AgentSetup& setup = runner_of(host).setup_;
        const std::string_view wanted(id);
        if (wanted == DROVER_EXTENSION_REPLAY_CLOCK && setup.owns_clock) {
            return &replay_clock;
        }
        if (wanted == DROVER_EXTENSION_STORE) {
            return &store;
        }
        if (wanted == DROVER_EXTENSION_SIMULATION && setup.simulations != nullptr) {
            return &simulation;
        }
        if (wanted == DROVER_EXTENSION_CONTROL && setup.engageable_switch != nullptr) {
            return &control;
        }
        return nullptr;
    }
};

drover_host make_host_table(AgentRunner& runner) {
    drover_host host{};
    host.size = sizeof(host);
    host.abi_minor = DROVER_ABI_MINOR;
    host.implementation = &runner;
    host.version = host_version;
    host.get_extension = &HostTable::get_extension;
    host.log = &HostTable::log;
    host.fail = &HostTable::fail;
    host.last_error = &HostTable::last_error;
    host.health = &HostTable::health;
    host.now = &HostTable::now;
    host.extend = &HostTable::extend;
    host.timer_set = &HostTable::timer_set;
    host.timer_cancel = &HostTable::timer_cancel;
    host.random = &HostTable::random;
    host.subscribe = &HostTable::subscribe;
    host.topic = &HostTable::topic;
    host.publish = &HostTable::publish;
    host.loan = &HostTable::loan;
    host.commit = &HostTable::commit;
    host.request = &HostTable::request;
    host.reply = &HostTable::reply;
    host.post = &HostTable::post;
    host.ready = &HostTable::ready;
    host.state_dirty = &HostTable::state_dirty;
    host.request_stop = &HostTable::request_stop;
    return host;
}

drover_status AgentRunner::set_timer(std::uint64_t id, std::int64_t due, std::int64_t period) {
    if (period < 0) {
        return host_error(DROVER_E_INVALID, "A timer's period must not be negative.");
    }
    timers_.set(id, due, period);
    return DROVER_OK;
}

drover_status AgentRunner::post(std::uint64_t token) {
    const bool in_own_callback = is_agent_thread();
    if (!in_own_callback && !setup_.foreign_threads) {
        return host_error(DROVER_E_THREAD, "In a simulation only callbacks may post.");
    }
    {
        const auto lock = lock_outgoing();
        posts_.push_back(token);
    }
    if (!in_own_callback) {
        transport_.wake();
    }
    return DROVER_OK;
}

void AgentRunner::post_news(std::uint64_t token) {
    const std::lock_guard lock(mutex_);
    posts_.push_back(token);
}

drover_status AgentRunner::ask_advance(std::int64_t time_wanted,
                                       std::int64_t delay,
                                       std::uint64_t token) {
    if (advance_is_open_) {
        return host_error(DROVER_E_STATE, "An advance is open already.");
    }
    if (time_wanted < time() || delay < 0) {
        return host_error(DROVER_E_INVALID, "The replay clock does not run back.");
    }
    advance_is_open_ = true;
    batch_.advance = WantedAdvance{time_wanted, delay, token};
    return DROVER_OK;
}

void AgentRunner::report_failure(std::string_view code, std::string_view text) {
    const std::lock_guard lock(mutex_);
    failure_code_ = code;
    failure_text_ = text;
}

void AgentRunner::complete_start(drover_status status) {
    {
        const std::lock_guard lock(mutex_);
        pending_outcome_ = status;
    }
    transport_.wake();
}

}  // namespace drover
