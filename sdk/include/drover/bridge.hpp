/// From an agent class to the C functions and the description that the host sees.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include <drover/agent_class.hpp>

namespace drover {

/// What a library says of an agent class, as its `static constexpr drover::About about`.
struct About {
    const char* name;
    const char* version;
    const char* vendor;
    const char* description;
    std::uint32_t flags = DROVER_AGENT_DETERMINISTIC;
    const char* config_schema = nullptr;
    const char* config_example = nullptr;
    std::uint32_t state_version = 0;
};

/// The C functions of an agent class: each calls the method and turns exceptions into failures.
template <typename Class>
class Bridge {
public:
    static constexpr std::size_t port_count = Class::ports.size();

    static const drover_agent_description* description() { return &description_; }

private:
    static Class& self(void* agent) { return *static_cast<Class*>(agent); }

    template <typename Call>
    static drover_status guarded(const drover_host* host, Call&& call) noexcept {
        try {
            return call();
        } catch (const Failure& failure) {
            host->fail(host, failure.code().c_str(), borrow(failure.what()));
            return failure.status();
        } catch (const std::exception& exception) {
            host->fail(host, "exception", borrow(exception.what()));
            return DROVER_E_INTERNAL;
        } catch (...) {
            host->fail(
                host, "exception", borrow("Something that is no std::exception was thrown."));
            return DROVER_E_INTERNAL;
        }
    }
    /// An exception out of a void callback ends the agent: its state is no longer known.
    template <typename Call>
    static void contained(void* agent, Call&& call) noexcept {
        const drover_host* host = self(agent).host();
        try {
            call();
        } catch (const Failure& failure) {
            host->request_stop(
                host, failure.status(), failure.code().c_str(), borrow(failure.what()));
        } catch (const std::exception& exception) {
            host->request_stop(host, DROVER_E_INTERNAL, "exception", borrow(exception.what()));
        } catch (...) {
            host->request_stop(host,
                               DROVER_E_INTERNAL,
                               "exception",
                               borrow("Something that is no std::exception was thrown."));
        }
    }

    static drover_status create(const drover_agent_description* /*description*/,
                                const drover_host* host,
                                void** agent) {
        return guarded(host, [&] {
            auto made = std::make_unique<Class>();
            made->attach(host);
            *agent = made.release();
            return DROVER_OK;
        });
    }
    static void destroy(void* agent) { delete static_cast<Class*>(agent); }
    static drover_status configure(void* agent, const drover_config* config) {
        return guarded(self(agent).host(), [&] {
            self(agent).configure(Config{view(config->name),
                                         view(config->fleet),
                                         view(config->json),
                                         config->mode,
                                         config->start_time});
            return DROVER_OK;
        });
    }
    static drover_status start(void* agent) {
        return guarded(self(agent).host(), [&]() -> drover_status {
            return self(agent).start() ? DROVER_OK : DROVER_PENDING;
        });
    }
    static drover_status stop(void* agent, std::int32_t reason, std::int64_t /*deadline*/) {
        return guarded(self(agent).host(), [&] {
            self(agent).stop(reason);
            return DROVER_OK;
        });
    }
    static void on_message(void* agent, const drover_message* message) {
        contained(agent, [&] { self(agent).on_message(Message(*message)); });
    }
    static void on_timer(void* agent, std::uint64_t id, std::int64_t due, std::uint32_t missed) {
        contained(agent, [&] { self(agent).on_timer(id, due, missed); });
    }
    static void on_post(void* agent, std::uint64_t token) {
        contained(agent, [&] { self(agent).on_post(token); });
    }
    static void on_refused(void* agent,
                           drover_string topic,
                           std::uint64_t sequence,
                           drover_status status,
                           drover_string reason) {
        contained(agent,
                  [&] { self(agent).on_refused(view(topic), sequence, status, view(reason)); });
    }
    /// A Failure is the answer to the request; it ends the agent only where it was answered before.
    static void on_request(void* agent, const drover_request* request) {
        contained(agent, [&] {
            try {
                self(agent).on_request(Request(*request));
            } catch (const Failure& failure) {
                const drover_host* host = self(agent).host();
                const drover_status status =
                    failure.status() < 0 ? failure.status() : DROVER_E_INTERNAL;
                if (host->reply(host, request->id, status, {nullptr, 0}, borrow(failure.what())) <
                    0) {
                    throw;
                }
            }
        });
    }
    static void on_reply(void* agent, const drover_reply* reply) {
        contained(agent, [&] { self(agent).on_reply(Reply(*reply)); });
    }
    static drover_status save(void* agent, const drover_writer* writer) {
        return guarded(self(agent).host(), [&] {
            std::string bytes;
            self(agent).save_state(bytes);
            return writer->write(writer->context, bytes.data(), bytes.size());
        });
    }
    static drover_status load(void* agent, const drover_reader* reader, std::uint32_t version) {
        return guarded(self(agent).host(), [&]() -> drover_status {
            std::string bytes;
            std::array<char, 4096> block{};
            std::int64_t got = 0;
            while ((got = reader->read(reader->context, block.data(), block.size())) > 0) {
                bytes.append(block.data(), static_cast<std::size_t>(got));
            }
            if (got < 0) {
                return static_cast<drover_status>(got);
            }
            self(agent).load_state(bytes, version);
            return DROVER_OK;
        });
    }
    static void on_link_lost(void* agent,
                             std::uint32_t port,
                             drover_string publisher,
                             drover_string reason) {
        contained(agent, [&] { self(agent).on_link_lost({port, view(publisher)}, view(reason)); });
    }
    static void on_link_restored(void* agent, std::uint32_t port, drover_string publisher) {
        contained(agent, [&] { self(agent).on_link_restored({port, view(publisher)}); });
    }
    static const void* get_extension(void* /*agent*/, const char* id) {
        if constexpr (Class::keeps_state) {
            if (std::strcmp(id, DROVER_EXTENSION_STATE) == 0) {
                return &state_;
            }
        }
        if constexpr (Class::follows_links) {
            if (std::strcmp(id, DROVER_EXTENSION_LINK) == 0) {
                return &link_;
            }
        }
        return nullptr;
    }

    template <std::size_t... Index>
    static constexpr std::array<const drover_port*, port_count> port_pointers(
        std::index_sequence<Index...> /*indices*/) {
        return {&Class::ports[Index]...};
    }

    static constexpr std::uint32_t keeping_flag() {
        return Class::keeps_state || Class::stores ? std::uint32_t{DROVER_AGENT_KEEPS_STATE} : 0U;
    }
    static constexpr drover_state_v1 state_{&save, &load};
    static constexpr drover_link_v1 link_{&on_link_lost, &on_link_restored};
    static constexpr drover_agent_functions functions_{sizeof(drover_agent_functions),
                                                       0,
                                                       &create,
                                                       &destroy,
                                                       &configure,
                                                       &start,
                                                       &stop,
                                                       &on_message,
                                                       &on_timer,
                                                       &on_post,
                                                       &on_refused,
                                                       &on_request,
                                                       &on_reply,
                                                       &get_extension};
    static constexpr std::array<const drover_port*, port_count> port_pointers_ =
        port_pointers(std::make_index_sequence<port_count>{});
    static constexpr drover_agent_description description_{sizeof(drover_agent_description),
                                                           Class::about.flags | keeping_flag(),
                                                           Class::about.name,
                                                           Class::about.version,
                                                           Class::about.vendor,
                                                           Class::about.description,
                                                           Class::about.config_schema,
                                                           Class::about.config_example,
                                                           Class::about.state_version,
                                                           port_count,
                                                           port_pointers_.data(),
                                                           &functions_};
};

/// The whole library: one entry for each agent class.
template <typename... Class>
const drover_library* library() {
    static const std::array<const drover_agent_description*, sizeof...(Class)> agents{
        Bridge<Class>::description()...};
    static const drover_library library{sizeof(drover_library),
                                        DROVER_ABI_MAJOR,
                                        DROVER_ABI_MINOR,
                                        sizeof...(Class),
                                        DROVER_ABI_HASH,
                                        agents.data(),
                                        "C++ " __VERSION__};
    return &library;
}

}  // namespace drover
