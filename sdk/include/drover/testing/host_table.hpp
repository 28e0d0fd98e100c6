/// The function table of the in-memory host: each entry checks who calls, then does its work.
/// Included by host.hpp only.
#pragma once

#include <drover/testing/host.hpp>

namespace drover::testing {

inline void Host::fill_table() {
    table_.size = sizeof(drover_host);
    table_.abi_minor = DROVER_ABI_MINOR;
    table_.implementation = this;
    table_.version = "drover test harness";
    fill_life();
    fill_messages();
}

/// Log, failures, health, time, timers, state and the end.
inline void Host::fill_life() {
    table_.get_extension = [](const drover_host* table, const char* id) -> const void* {
        static constexpr drover_replay_clock_v1 replay_clock{
            [](const drover_host* lent, std::int64_t time, std::int64_t delay, std::uint64_t token)
                -> drover_status {
                return perform(lent, "advance", Thread::agent, Phase::starting, [&](Host& host) {
                    return host.open_advance(time, delay, token);
                });
            },
            [](const drover_host* lent) -> std::int64_t {
                const std::lock_guard guard(self(lent).mutex_);
                return self(lent).record_.last_settled;
            }};
        Host& host = self(table);
        const std::lock_guard guard(host.mutex_);
        if (host.allowed("get_extension", Thread::agent, Phase::creating).status < 0) {
            return nullptr;
        }
        if (std::strcmp(id, DROVER_EXTENSION_STORE) == 0) {
            return store_table();
        }
        if (host.settings_.simulation && std::strcmp(id, DROVER_EXTENSION_SIMULATION) == 0) {
            return simulation_table();
        }
        const bool lends =
            host.settings_.replay_clock && std::strcmp(id, DROVER_EXTENSION_REPLAY_CLOCK) == 0;
        return lends ? &replay_clock : nullptr;
    };
    table_.log = [](const drover_host* table, std::int32_t level, drover_string text) {
        perform(table, "log", Thread::any, Phase::creating, [&](Host& host) {
            host.record_.log.push_back({level, std::string(view(text))});
            return Answer{};
        });
    };
    table_.fail = [](const drover_host* table, const char* code, drover_string text) {
        // A start that is pending fails from any thread.
        perform(table, "fail", Thread::any, Phase::creating, [&](Host& host) {
            host.record_.reason = FailureReport{DROVER_OK, code, std::string(view(text))};
            return Answer{};
        });
    };
    table_.last_error = [](const drover_host* table) -> drover_string {
        const std::lock_guard guard(self(table).mutex_);
        return borrow(self(table).last_errors_[std::this_thread::get_id()]);
    };
    table_.health =
        [](const drover_host* table, std::int32_t level, const char* code, drover_string text) {
            perform(table, "health", Thread::any, Phase::configuring, [&](Host& host) {
                host.record_.health.push_back({level, code, std::string(view(text))});
                return Answer{};
            });
        };
    table_.now = [](const drover_host* table) -> std::int64_t {
        const std::lock_guard guard(self(table).mutex_);
        return self(table).now_;
    };
    table_.extend = [](const drover_host* table, std::int64_t nanoseconds) {
        perform(table, "extend", Thread::agent, Phase::configuring, [&](Host& host) {
            host.record_.extended += nanoseconds;
            return Answer{};
        });
    };
    table_.timer_set = [](const drover_host* table,
                          std::uint64_t id,
                          std::int64_t due,
                          std::int64_t period) -> drover_status {
        return perform(table, "timer_set", Thread::agent, Phase::configuring, [&](Host& host) {
            if (period < 0) {
                return Answer{DROVER_E_INVALID, "A timer's period may not be below 0."};
            }
            host.timers_.set(id, due, period);
            return Answer{};
        });
    };
    table_.timer_cancel = [](const drover_host* table, std::uint64_t id) -> drover_status {
        return perform(table, "timer_cancel", Thread::agent, Phase::configuring, [&](Host& host) {
            return host.timers_.cancel(id)
                       ? Answer{}
                       : Answer{DROVER_E_NOT_FOUND, "No timer " + std::to_string(id) + " runs."};
        });
    };
    table_.random = [](const drover_host* table) -> std::uint64_t {
        std::uint64_t number = 0;
        perform(table, "random", Thread::agent, Phase::configuring, [&](Host& host) {
            number = host.random_.next();
            return Answer{};
        });
        return number;
    };
    table_.post = [](const drover_host* table, std::uint64_t token) -> drover_status {
        return perform(table, "post", Thread::any, Phase::starting, [&](Host& host) {
            if (!host.on_agent_thread() && host.settings_.mode == DROVER_MODE_SIMULATION) {
                return Answer{DROVER_E_THREAD, "In a simulation only callbacks may post."};
            }
            host.record_.posts.push_back(token);
            host.tell_waiting();
            return Answer{};
        });
    };
    table_.ready = [](const drover_host* table, drover_status status) {
        perform(table, "ready", Thread::any, Phase::starting, [&](Host& host) {
            host.record_.ready = status;
            host.tell_waiting();
            return Answer{};
        });
    };
    table_.state_dirty = [](const drover_host* table) {
        perform(table, "state_dirty", Thread::agent, Phase::configuring, [&](Host& host) {
            host.record_.state_dirty = true;
            return Answer{};
        });
    };
    table_.request_stop =
        [](const drover_host* table, drover_status status, const char* code, drover_string text) {
            perform(table, "request_stop", Thread::any, Phase::starting, [&](Host& host) {
                if (!host.record_.stop) {
                    host.record_.stop = StopRequest{status, code, std::string(view(text))};
                }
                host.tell_waiting();
                return Answer{};
            });
        };
}

inline const drover_simulation_v1* Host::simulation_table() {
    static constexpr drover_simulation_v1 table{
        [](const drover_host* lent, drover_bytes request, std::uint64_t token) -> drover_status {
            return perform(lent, "start", Thread::agent, Phase::starting, [&](Host& host) {
                return host.record_.simulations.start(
                    {static_cast<const char*>(request.data), request.size}, token);
            });
        },
        [](const drover_host* lent,
           std::uint64_t token,
           const drover_writer* writer) -> drover_status {
            std::string text;
            const drover_status status =
                perform(lent, "read", Thread::agent, Phase::starting, [&](Host& host) {
                    return host.record_.simulations.read(token, text);
                });
            // Without the lock: the writer is the agent's own and may call the host.
            const drover_status written =
                text.empty() ? DROVER_OK : writer->write(writer->context, text.data(), text.size());
            return written < 0 ? written : status;
        },
        [](const drover_host* lent, std::uint64_t token) -> drover_status {
            return perform(lent, "cancel", Thread::agent, Phase::starting, [&](Host& host) {
                return host.record_.simulations.cancel(token);
            });
        }};
    return &table;
}

inline Answer Host::check_key(drover_bytes key) {
    if (key.data == nullptr || key.size == 0 || key.size > MemoryStore::longest_key) {
        return {DROVER_E_INVALID,
                "A key of the store has 1 to 1024 bytes, not " + std::to_string(key.size) + "."};
    }
    return {};
}

inline const drover_store_v1* Host::store_table() {
    static constexpr drover_store_v1 table{
        [](const drover_host* lent, drover_bytes key, drover_bytes value) -> drover_status {
            return perform(lent, "put", Thread::agent, Phase::configuring, [&](Host& host) {
                const Answer checked = check_key(key);
                if (checked.status < 0) {
                    return checked;
                }
                if (value.size > MemoryStore::largest_value) {
                    return Answer{DROVER_E_TOO_BIG, "At most 4 MiB can be stored as one value."};
                }
                host.record_.store.put(text_of_body(key), text_of_body(value));
                return Answer{};
            });
        },
        [](const drover_host* lent,
           drover_bytes key,
           const drover_writer* writer) -> drover_status {
            std::optional<std::string> value;
            const drover_status status =
                perform(lent, "get", Thread::agent, Phase::configuring, [&](Host& host) {
                    const Answer checked = check_key(key);
                    if (checked.status < 0) {
                        return checked;
                    }
                    value = host.record_.store.get(text_of_body(key));
                    return value ? Answer{}
                                 : Answer{DROVER_E_NOT_FOUND, "The store has no such key."};
                });
            // Without the lock: the writer is the agent's own and may call the host.
            return status < 0 ? status
                              : writer->write(writer->context, value->data(), value->size());
        },
        [](const drover_host* lent, drover_bytes key) -> drover_status {
            return perform(lent, "erase", Thread::agent, Phase::configuring, [&](Host& host) {
                const Answer checked = check_key(key);
                if (checked.status >= 0) {
                    host.record_.store.erase(text_of_body(key));
                }
                return checked;
            });
        }};
    return &table;
}

/// Topics, publishing and requests.
inline void Host::fill_messages() {
    table_.subscribe =
        [](const drover_host* table, std::uint32_t port, drover_string pattern) -> drover_status {
        return perform(table, "subscribe", Thread::agent, Phase::configuring, [&](Host& host) {
            if (host.phase_ > Phase::starting) {
                return Answer{DROVER_E_STATE, "subscribe is only allowed in configure and start."};
            }
            return host.subscribe_port(port, view(pattern));
        });
    };
    table_.topic = [](const drover_host* table,
                      std::uint32_t port,
                      drover_string name,
                      std::uint32_t* topic) -> drover_status {
        return perform(table, "topic", Thread::agent, Phase::configuring, [&](Host& host) {
            return host.publications_.topic(port, view(name), *topic);
        });
    };
    table_.publish = [](const drover_host* table,
                        std::uint32_t topic,
                        std::int64_t event_time,
                        const void* data,
                        std::uint32_t count,
                        std::uint64_t bytes,
                        std::uint64_t* sequence) -> drover_status {
        return perform(table, "publish", Thread::any, Phase::starting, [&](Host& host) {
            const PublishContext context = host.publish_context();
            if (!context.in_callback && host.settings_.mode == DROVER_MODE_SIMULATION) {
                return Answer{DROVER_E_THREAD, "In a simulation only callbacks may publish."};
            }
            if (data == nullptr) {
                return Answer{DROVER_E_INVALID, "There is no data to publish."};
            }
            const std::string_view payload(static_cast<const char*>(data),
                                           static_cast<std::size_t>(bytes));
            host.tell_waiting();
            return host.publications_.publish(topic, context, event_time, payload, count, sequence);
        });
    };
    table_.loan = [](const drover_host* table,
                     std::uint32_t topic,
                     std::uint32_t count,
                     void** data) -> drover_status {
        return perform(table, "loan", Thread::agent, Phase::starting, [&](Host& host) {
            return host.publications_.loan(topic, count, data);
        });
    };
    table_.commit = [](const drover_host* table,
                       std::int64_t event_time,
                       std::uint32_t count,
                       std::uint64_t* sequence) -> drover_status {
        return perform(table, "commit", Thread::agent, Phase::starting, [&](Host& host) {
            return host.publications_.commit(host.publish_context(), event_time, count, sequence);
        });
    };
    table_.request = [](const drover_host* table,
                        std::uint32_t port,
                        drover_string target,
                        drover_bytes body,
                        std::int64_t timeout,
                        std::uint64_t token) -> drover_status {
        return perform(table, "request", Thread::agent, Phase::starting, [&](Host& host) {
            return host.requests_.send(
                port, view(target), text_of_body(body), timeout, token, host.now_);
        });
    };
    table_.reply = [](const drover_host* table,
                      std::uint64_t request,
                      drover_status status,
                      drover_bytes body,
                      drover_string error) -> drover_status {
        return perform(table, "reply", Thread::any, Phase::starting, [&](Host& host) {
            if (!host.on_agent_thread() && host.settings_.mode == DROVER_MODE_SIMULATION) {
                return Answer{DROVER_E_THREAD, "In a simulation only callbacks may reply."};
            }
            host.tell_waiting();
            return host.requests_.reply(request,
                                        status,
                                        text_of_body(body),
                                        view(error),
                                        host.now_,
                                        host.on_agent_thread());
        });
    };
}

}  // namespace drover::testing
