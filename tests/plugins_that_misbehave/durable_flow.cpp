// A flow of which a test can tell whether a message was lost, doubled or overtaken, whoever was
// killed meanwhile: numbers by key go from the source through workers to one who checks them.
#include <cstring>
#include <map>
#include <string>

#include "plugins_that_misbehave/test_config.hpp"
#include "plugins_that_misbehave/test_topics.hpp"

namespace drover::misbehaving {

/// The n-th message of a key, from 1.
struct Numbered {
    std::uint64_t key;
    std::uint64_t number;
};
inline constexpr drover_field numbered_fields[] = {
    DROVER_FIELD(Numbered, key, DROVER_KIND_U64, 0, nullptr, "What belongs together"),
    DROVER_FIELD(Numbered, number, DROVER_KIND_U64, 0, nullptr, "From 1, by key")};
inline constexpr drover_message_type numbered_type =
    DROVER_RECORD_TYPE(Numbered, "test.numbered", 1, numbered_fields, "A numbered message");

}  // namespace drover::misbehaving

template <>
struct drover::MessageTypeOf<drover::misbehaving::Numbered> {
    static constexpr const drover_message_type* value = &drover::misbehaving::numbered_type;
};

namespace drover::misbehaving {

/// Publishes `count` messages over `keys` keys, `burst` at a time.
class Source final : public Agent {
public:
    static constexpr About about{"source",
                                 "1.0.0",
                                 "drover tests",
                                 "Numbers messages.",
                                 0,
                                 R"({"type":"object","additionalProperties":false,"properties":{
            "count":{"type":"integer"},"keys":{"type":"integer"},"burst":{"type":"integer"},
            "topic":{"type":"string"}}})"};
    static constexpr bool keeps_state = true;
    static constexpr Out<Numbered> work{0, "work", "test.work.>", "Numbered messages"};
    static constexpr Out<Numbered> orders{1, "orders", "order.submit.>", "The same, gated"};
    static constexpr auto ports = drover::ports(work, orders);

    void configure(const Config& config) override {
        count_ = number_value(config.json, "count", 1000);
        keys_ = number_value(config.json, "keys", 97);
        burst_ = number_value(config.json, "burst", 5);
        name_ = text_value(config.json, "topic");
    }
    bool start() override {
        const std::string name = name_.empty() ? "test.work.all" : name_;
        topic_ = topic(name.starts_with("order") ? orders : work, name);
        constexpr std::int64_t period = 1'000'000;
        set_timer(1, now() + period, period);
        return true;
    }
    void on_timer(std::uint64_t, std::int64_t, std::uint32_t) override {
        for (std::int64_t step = 0; step < burst_ && sent_ < count_; ++step, ++sent_) {
            publish(topic_,
                    Numbered{std::uint64_t(sent_ % keys_), std::uint64_t(sent_ / keys_ + 1)});
            state_dirty();
        }
    }
    void on_refused(std::string_view topic,
                    std::uint64_t,
                    drover_status,
                    std::string_view reason) override {
        log_warning("REFUSED " + std::string(topic) + ": " + std::string(reason));
    }
    void save_state(std::string& bytes) const override { bytes = std::to_string(sent_); }
    void load_state(std::string_view bytes, std::uint32_t) override {
        sent_ = std::strtoll(std::string(bytes).c_str(), nullptr, 10);
    }

private:
    std::int64_t count_ = 0;
    std::int64_t keys_ = 1;
    std::int64_t burst_ = 1;
    std::string name_;
    Topic<Numbered> topic_;
    std::int64_t sent_ = 0;
};

/// Says that it has handled a message.
class Worker final : public Agent {
public:
    static constexpr About about{
        "worker", "1.0.0", "drover tests", "Works.", DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr In<Numbered> work{0, "work", "test.work.>", "Numbered messages"};
    static constexpr In<Numbered> orders{1, "orders", "order.submit.>", "The same, gated"};
    static constexpr Out<Numbered> done{2, "done", "test.done.>", "Handled ones"};
    static constexpr auto ports = drover::ports(work, orders, done);

    bool start() override {
        topic_ = topic(done, "test.done.all");
        return true;
    }
    void on_message(const Message& message) override {
        if (message.raw().port == work.index) {
            for (const Numbered& numbered : message.records(work)) {
                publish(topic_, numbered);
            }
        }
    }

private:
    Topic<Numbered> topic_;
};

/// Checks that each key's numbers come one after the other, and says how many there were.
class Auditor final : public Agent {
public:
    static constexpr About about{"auditor", "1.0.0", "drover tests", "Checks."};
    static constexpr bool keeps_state = true;
    static constexpr In<Numbered> done{0, "done", "test.done.>", "Handled ones"};
    static constexpr RequestServer<AnyJson, AnyJson> audit{1, "audit", "test.audit", "How many"};
    static constexpr auto ports = drover::ports(done, audit);

#if defined(DROVER_TEST_NEVER_READY)
    bool start() override {
        return false;
    }
#endif
    void on_message(const Message& message) override {
        for (const Numbered& numbered : message.records(done)) {
            std::uint64_t& last = last_[numbered.key];
            if (numbered.number != last + 1 && wrong_.empty()) {
                wrong_ = "key-" + std::to_string(numbered.key) + ":" +
                         std::to_string(numbered.number) + "-after-" + std::to_string(last);
            }
            last = numbered.number;
            ++handled_;
        }
        state_dirty();
    }
    void on_request(const Request& request) override {
        reply(request.id(),
              R"({"handled": )" + std::to_string(handled_) + R"(, "wrong": ")" + wrong_ + "\"}");
    }
    void save_state(std::string& bytes) const override {
        bytes = std::to_string(handled_) + " " + (wrong_.empty() ? "-" : wrong_);
        for (const auto& [key, last] : last_) {
            bytes += " " + std::to_string(key) + " " + std::to_string(last);
        }
    }
    void load_state(std::string_view bytes, std::uint32_t) override {
        std::string text(bytes);
        char* at = nullptr;
        handled_ = std::strtoull(text.c_str(), &at, 10);
        const std::string rest(at + 1);
        const std::size_t end = std::min(rest.find(' '), rest.size());
        wrong_ = rest.substr(0, end) == "-" ? "" : rest.substr(0, end);
        const char* numbers = rest.c_str() + end;
        while (*numbers != '\0') {
            const std::uint64_t key = std::strtoull(numbers, &at, 10);
            last_[key] = std::strtoull(at, &at, 10);
            numbers = at;
        }
    }

private:
    std::uint64_t handled_ = 0;
    std::string wrong_;
    std::map<std::uint64_t, std::uint64_t> last_;
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::Source,
               drover::misbehaving::Worker,
               drover::misbehaving::Auditor)
