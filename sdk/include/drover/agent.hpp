/// The C++ layer: write an agent as a class. Header-only, C++17, on top of the C ABI; nothing C++
/// crosses the boundary. See docs/plugin_authors.md for a first agent.
#pragma once

#include <array>
#include <cstring>
#include <exception>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <drover/drover.h>

namespace drover {

[[nodiscard]] inline std::string_view view(drover_string text) {
    return {text.data == nullptr ? "" : text.data, text.size};
}
[[nodiscard]] inline drover_string borrow(std::string_view text) {
    return {text.data(), text.size()};
}

/// Text of a fixed CHARS field, up to its first NUL.
template <std::size_t Size>
[[nodiscard]] std::string_view text_of(const char (&field)[Size]) {
    return {field, strnlen(field, Size)};
}
/// Fills a fixed CHARS field. Text that is too long is cut at a UTF-8 character and ends in "...".
template <std::size_t Size>
void set_text(char (&field)[Size], std::string_view text) {
    std::memset(field, 0, Size);
    if (text.size() <= Size) {
        std::memcpy(field, text.data(), text.size());
        return;
    }
    std::size_t length = Size - 3;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
        --length;
    }
    std::memcpy(field, text.data(), length);
    std::memcpy(field + length, "...", 3);
}
/// A symbol as one token of a topic: dots and wildcards become `_`.
[[nodiscard]] inline std::string topic_token(std::string_view symbol) {
    std::string token(symbol);
    for (char& letter : token) {
        if (letter == '.' || letter == '*' || letter == '>' || letter == ' ') {
            letter = '_';
        }
    }
    return token;
}

/// Thrown by an agent to say why it cannot do what it was asked: a stable code and a sentence.
class Failure : public std::exception {
public:
    Failure(std::string code, std::string text, drover_status status = DROVER_E_CONFIG)
        : code_(std::move(code)), text_(std::move(text)), status_(status) {}
    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
    [[nodiscard]] const std::string& code() const { return code_; }
    [[nodiscard]] drover_status status() const { return status_; }

private:
    std::string code_;
    std::string text_;
    drover_status status_;
};

/// Which message type a struct is. Specialise it beside the struct:
/// `template <> struct MessageTypeOf<T> { static constexpr const drover_message_type* value = …; };`
template <typename Record>
struct MessageTypeOf;

/// A declared edge. `index` is its place in the agent's `ports`. `Record` is a record struct, or,
/// for JSON types, any type that MessageTypeOf knows.
template <typename Record>
struct In {
    std::uint32_t index;
    const char* name;
    const char* topic;
    const char* description;
    std::uint32_t flags = 0;  ///< DROVER_PORT_ON_DEMAND
    static constexpr std::uint32_t direction = DROVER_PORT_IN;
    static constexpr const drover_message_type* type = MessageTypeOf<Record>::value;
};
template <typename Record>
struct Out {
    std::uint32_t index;
    const char* name;
    const char* topic;
    const char* description;
    std::uint32_t flags = 0;
    static constexpr std::uint32_t direction = DROVER_PORT_OUT;
    static constexpr const drover_message_type* type = MessageTypeOf<Record>::value;
};

template <typename Port>
[[nodiscard]] constexpr drover_port describe_port(const Port& port) {
    return {sizeof(drover_port), Port::direction | port.flags, port.name, port.topic, Port::type,
            nullptr, port.description};
}
/// The table of an agent's ports, in the order of their indices.
template <typename... Port>
[[nodiscard]] constexpr std::array<drover_port, sizeof...(Port)> ports(const Port&... port) {
    return {describe_port(port)...};
}

/// A read-only row of records inside a message; valid until the callback returns.
template <typename Record>
class Records {
public:
    class Iterator {
    public:
        Iterator(const char* at, std::size_t stride) : at_(at), stride_(stride) {}
        const Record& operator*() const { return *reinterpret_cast<const Record*>(at_); }
        const Record* operator->() const { return reinterpret_cast<const Record*>(at_); }
        Iterator& operator++() {
            at_ += stride_;
            return *this;
        }
        bool operator!=(const Iterator& other) const { return at_ != other.at_; }

    private:
        const char* at_;
        std::size_t stride_;
    };
    Records(const void* data, std::uint32_t count, std::uint32_t stride)
        : data_(static_cast<const char*>(data)), count_(count), stride_(stride) {}
    [[nodiscard]] Iterator begin() const { return {data_, stride_}; }
    [[nodiscard]] Iterator end() const {
        return {data_ + static_cast<std::size_t>(count_) * stride_, stride_};
    }
    [[nodiscard]] std::uint32_t size() const { return count_; }

private:
    const char* data_;
    std::uint32_t count_;
    std::uint32_t stride_;
};

/// A delivered message, borrowed from the host until the callback returns.
class Message {
public:
    explicit Message(const drover_message& raw) : raw_(&raw) {}
    [[nodiscard]] const drover_message& raw() const { return *raw_; }
    template <typename Record>
    [[nodiscard]] bool is(const In<Record>& port) const {
        return raw_->port == port.index;
    }
    /// The records, when the message came in by `port`. Ask `is` first.
    template <typename Record>
    [[nodiscard]] Records<Record> records(const In<Record>& /*port*/) const {
        return {raw_->data, raw_->count, raw_->stride};
    }
    [[nodiscard]] std::string_view json() const {
        return {static_cast<const char*>(raw_->data), static_cast<std::size_t>(raw_->bytes)};
    }
    [[nodiscard]] std::string_view topic() const { return view(raw_->topic); }
    [[nodiscard]] std::string_view publisher() const { return view(raw_->publisher); }
    [[nodiscard]] std::int64_t event_time() const { return raw_->event_time; }
    [[nodiscard]] std::uint32_t incarnation() const { return raw_->id.incarnation; }
    /// How many messages of this publisher and topic are missing before this one.
    [[nodiscard]] std::uint32_t lost() const {
        return (raw_->flags & DROVER_MESSAGE_GAP) != 0 ? raw_->lost : 0;
    }

private:
    const drover_message* raw_;
};

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

    virtual void configure(const Config& /*config*/) {}
    /// Returns false to be ready later, by `ready()`.
    virtual bool start() { return true; }
    virtual void stop(std::int32_t /*reason*/) {}
    virtual void on_message(const Message& /*message*/) {}
    virtual void on_timer(std::uint64_t /*id*/, std::int64_t /*due*/, std::uint32_t /*missed*/) {}
    virtual void on_post(std::uint64_t /*token*/) {}
    virtual void on_refused(std::string_view /*topic*/, std::uint64_t /*sequence*/,
                            drover_status /*status*/, std::string_view /*reason*/) {}
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
    drover_status publish(Topic<Record> topic, const Record& record,
                          std::int64_t event_time = DROVER_EVENT_TIME_INHERIT) const {
        static_assert(std::is_trivially_copyable_v<Record> && std::is_standard_layout_v<Record>);
        return host_->publish(host_, topic.handle, event_time, &record, 1, sizeof(Record), nullptr);
    }
    template <typename Record>
    drover_status publish_json(Topic<Record> topic, std::string_view json,
                               std::int64_t event_time = DROVER_EVENT_TIME_INHERIT) const {
        return host_->publish(host_, topic.handle, event_time, json.data(), 1, json.size(),
                              nullptr);
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
    const drover_host* host_ = nullptr;
};

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
            host->fail(host, "exception", borrow("Something that is no std::exception was thrown."));
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
            host->request_stop(host, failure.status(), failure.code().c_str(),
                               borrow(failure.what()));
        } catch (const std::exception& exception) {
            host->request_stop(host, DROVER_E_INTERNAL, "exception", borrow(exception.what()));
        } catch (...) {
            host->request_stop(host, DROVER_E_INTERNAL, "exception",
                               borrow("Something that is no std::exception was thrown."));
        }
    }

    static drover_status create(const drover_agent_description* /*description*/,
                                const drover_host* host, void** agent) {
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
            self(agent).configure(Config{view(config->name), view(config->fleet),
                                         view(config->json), config->mode, config->start_time});
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
    static void on_refused(void* agent, drover_string topic, std::uint64_t sequence,
                           drover_status status, drover_string reason) {
        contained(agent, [&] {
            self(agent).on_refused(view(topic), sequence, status, view(reason));
        });
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
    static const void* get_extension(void* /*agent*/, const char* id) {
        if constexpr (Class::keeps_state) {
            if (std::strcmp(id, DROVER_EXTENSION_STATE) == 0) {
                return &state_;
            }
        }
        return nullptr;
    }

    template <std::size_t... Index>
    static constexpr std::array<const drover_port*, port_count> port_pointers(
        std::index_sequence<Index...> /*indices*/) {
        return {&Class::ports[Index]...};
    }

    static constexpr drover_state_v1 state_{&save, &load};
    static constexpr drover_agent_functions functions_{
        sizeof(drover_agent_functions), 0,          &create,    &destroy,
        &configure,                     &start,     &stop,      &on_message,
        &on_timer,                      &on_post,   &on_refused, nullptr,
        nullptr,                        &get_extension};
    static constexpr std::array<const drover_port*, port_count> port_pointers_ =
        port_pointers(std::make_index_sequence<port_count>{});
    static constexpr drover_agent_description description_{sizeof(drover_agent_description),
                                                           Class::about.flags,
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
    static const drover_library library{sizeof(drover_library), DROVER_ABI_MAJOR,
                                        DROVER_ABI_MINOR,       sizeof...(Class),
                                        DROVER_ABI_HASH,        agents.data(),
                                        "C++ " __VERSION__};
    return &library;
}

}  // namespace drover

/// Exports the agent classes of this library. Each class derives from drover::Agent and has
/// `about`, `ports` and `keeps_state` as static constexpr members.
#define DROVER_LIBRARY(...)                                                   \
    extern "C" DROVER_EXPORT const drover_library* drover_library_v1(void) {  \
        return drover::library<__VA_ARGS__>();                                \
    }
