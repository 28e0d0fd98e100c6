/// An agent whose behaviour each test writes down, and a harness around it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <drover/agent.hpp>
#include <drover/testing/harness.hpp>
#include <drover/trading/records.hpp>

namespace drover {

struct Note {};
inline constexpr drover_message_type note_type =
    DROVER_JSON_TYPE("test.note", 1, nullptr, "A note");
template <>
struct MessageTypeOf<Note> {
    static constexpr const drover_message_type* value = &note_type;
};

/// Each hook replaces one callback. They are static, because the harness makes the agent.
struct Hooks {
    std::function<void(const Config&)> configure;
    std::function<bool()> start;
    std::function<void()> stop;
    std::function<void(const Message&)> on_message;
    std::function<void(std::uint64_t, std::int64_t, std::uint32_t)> on_timer;
    std::function<void(std::uint64_t)> on_post;
    std::function<void(std::string_view, std::uint64_t, drover_status, std::string_view)>
        on_refused;
    std::function<void(const Link&, std::string_view)> on_link_lost;
    std::function<void(const Link&)> on_link_restored;
    std::function<void(const Request&)> on_request;
    std::function<void(const Reply&)> on_reply;
};

class Probe final : public Agent {
public:
    static constexpr About about{"probe",
                                 "1.0.0",
                                 "drover",
                                 "Does what the test says",
                                 DROVER_AGENT_DETERMINISTIC,
                                 nullptr,
                                 nullptr,
                                 7};
    static constexpr bool keeps_state = true;
    static constexpr bool follows_links = true;
    static constexpr In<drover_quote> quotes{0, "quotes", "market.quote.*", "Quotes"};
    static constexpr In<Note> notes{1, "notes", "note.>", "Notes"};
    static constexpr In<drover_quote> on_demand{
        2, "on_demand", "asked.>", "Quotes asked for", DROVER_PORT_ON_DEMAND};
    static constexpr Out<drover_quote> out{3, "out", "out.>", "Quotes"};
    static constexpr Out<Note> remarks{4, "remarks", "remark.>", "Notes"};
    static constexpr RequestServer<AnyJson, AnyJson> questions{
        5, "questions", "probe.question", "Any question"};
    static constexpr RequestServer<drover_quote, drover_quote> quoted{
        6, "quoted", "probe.quote", "A better quote"};
    static constexpr RequestClient<AnyJson, AnyJson> asks{7, "asks", "oracle.ask", "Asks"};
    static constexpr RequestClient<drover_quote, drover_quote> asks_quotes{
        8, "asks_quotes", "oracle.quote", "Asks for quotes"};
    static constexpr auto ports =
        drover::ports(quotes, notes, on_demand, out, remarks, questions, quoted, asks, asks_quotes);

    Probe() { present = this; }
    ~Probe() override { present = nullptr; }
    void configure(const Config& config) override {
        if (hooks.configure) {
            hooks.configure(config);
        }
    }
    bool start() override { return !hooks.start || hooks.start(); }
    void stop(std::int32_t reason) override {
        stop_reason = reason;
        if (hooks.stop) {
            hooks.stop();
        }
    }
    void on_message(const Message& message) override {
        if (hooks.on_message) {
            hooks.on_message(message);
        }
    }
    void on_timer(std::uint64_t id, std::int64_t due, std::uint32_t missed) override {
        if (hooks.on_timer) {
            hooks.on_timer(id, due, missed);
        }
    }
    void on_post(std::uint64_t token) override {
        if (hooks.on_post) {
            hooks.on_post(token);
        }
    }
    void on_refused(std::string_view topic,
                    std::uint64_t sequence,
                    drover_status status,
                    std::string_view reason) override {
        if (hooks.on_refused) {
            hooks.on_refused(topic, sequence, status, reason);
        }
    }
    void on_link_lost(const Link& link, std::string_view reason) override {
        if (hooks.on_link_lost) {
            hooks.on_link_lost(link, reason);
        }
    }
    void on_link_restored(const Link& link) override {
        if (hooks.on_link_restored) {
            hooks.on_link_restored(link);
        }
    }
    void on_request(const Request& request) override {
        if (hooks.on_request) {
            hooks.on_request(request);
        } else {
            Agent::on_request(request);
        }
    }
    void on_reply(const Reply& reply) override {
        if (hooks.on_reply) {
            hooks.on_reply(reply);
        }
    }
    void save_state(std::string& bytes) const override {
        if (state == "unsavable") {
            throw Failure("state.full", "The state does not fit.", DROVER_E_IO);
        }
        bytes = state;
    }
    void load_state(std::string_view bytes, std::uint32_t version) override {
        if (bytes == "broken") {
            throw Failure("state.broken", "The state cannot be read.");
        }
        state = bytes;
        state_version = version;
    }

    using Agent::cancel_timer;
    using Agent::check;
    using Agent::completed;
    using Agent::degraded;
    using Agent::extend;
    using Agent::give_up;
    using Agent::healthy;
    using Agent::last_error;
    using Agent::log_info;
    using Agent::now;
    using Agent::post;
    using Agent::publish;
    using Agent::publish_json;
    using Agent::random;
    using Agent::ready;
    using Agent::reply;
    using Agent::reply_failure;
    using Agent::reply_records;
    using Agent::request;
    using Agent::set_timer;
    using Agent::state_dirty;
    using Agent::store;
    using Agent::topic;

    static inline Hooks hooks;
    static inline Probe* present = nullptr;  ///< The instance alive.
    static inline std::int32_t stop_reason = 0;

    std::string state;
    std::uint32_t state_version = 0;
};

inline Probe& probe() {
    return *Probe::present;
}

/// A harness of a probe without hooks.
class ProbeHarness : public testing::Harness {
public:
    explicit ProbeHarness(testing::Options options = {}, std::string_view config = "{}")
        : Harness(library<Probe>(), "probe", config, std::move(options)) {
        Probe::hooks = {};
        Probe::stop_reason = 0;
    }
};

inline drover_quote quote(std::int64_t bid) {
    drover_quote made{};
    set_text(made.symbol, "SPX");
    made.bid = bid;
    return made;
}

/// What the agent does with a record on the topic `name`, whatever comes of it.
inline drover_status publish_on(std::string_view name, std::int64_t bid) {
    return probe().publish(probe().topic(Probe::out, name), quote(bid));
}

inline std::vector<std::int64_t> bids(const std::vector<drover_quote>& quotes) {
    std::vector<std::int64_t> all;
    for (const drover_quote& one : quotes) {
        all.push_back(one.bid);
    }
    return all;
}

}  // namespace drover
