// The neighbours of agents that misbehave: they do as they should, so that a test sees whether
// somebody disturbs them.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>
#include <utility>

#include <drover/trading/records.hpp>

#include "plugins_that_misbehave/test_config.hpp"
#include "plugins_that_misbehave/test_topics.hpp"

namespace drover::misbehaving {
namespace {

void append_line(const std::string& file, const std::string& line) {
    const int written = ::open(file.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    if (written < 0) {
        throw Failure("journal", "Cannot write to " + file + ".");
    }
    const std::string text = line + '\n';
    const bool done = ::write(written, text.data(), text.size()) == ssize_t(text.size());
    ::close(written);
    if (!done) {
        throw Failure("journal", "Cannot write all of a line to " + file + ".");
    }
}

}  // namespace

/// Publishes a tick every few milliseconds and, unless told otherwise, remembers its count.
class Ticker final : public Agent {
public:
    static constexpr About about{"ticker",
                                 "1.0.0",
                                 "drover tests",
                                 "Publishes ticks.",
                                 0,
                                 R"({"type":"object","additionalProperties":false,"properties":{
            "topic":{"type":"string"},"period_ms":{"type":"integer","minimum":1},
            "remember":{"enum":[0,1]}}})"};
    static constexpr bool keeps_state = true;
    static constexpr Out<Tick> ticks{0, "ticks", "test.>", "The ticks"};
    static constexpr Out<Tick> orders{1, "orders", "order.submit.>", "Ticks on a gated topic"};
    static constexpr auto ports = drover::ports(ticks, orders);

    void configure(const Config& config) override {
        name_ = text_value(config.json, "topic");
        if (name_.empty()) {
            name_ = "test.tick";
        }
        period_ = number_value(config.json, "period_ms", 5) * 1'000'000;
        remembers_ = number_value(config.json, "remember", 1) != 0;
    }
    bool start() override {
        topic_ = topic(name_.starts_with("order") ? orders : ticks, name_);
        set_timer(1, now() + period_, period_);
        return true;
    }
    void on_timer(std::uint64_t, std::int64_t, std::uint32_t) override {
        const drover_status status = publish(topic_, Tick{count_ + 1});
        if (status < 0) {
            degraded("refused", "a tick was refused: " + last_error());
            return;
        }
        ++count_;
        healthy("ticking");
        if (remembers_) {
            state_dirty();
        }
    }
    void save_state(std::string& bytes) const override { bytes = std::to_string(count_); }
    void load_state(std::string_view bytes, std::uint32_t) override {
        count_ = std::strtoull(std::string(bytes).c_str(), nullptr, 10);
    }

private:
    std::string name_;
    std::int64_t period_ = 0;
    bool remembers_ = true;
    Topic<Tick> topic_;
    std::uint64_t count_ = 0;
};

/// Hears everything it may and does nothing.
class Listener final : public Agent {
public:
    static constexpr About about{
        "listener", "1.0.0", "drover tests", "Listens.", DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "Ticks"};
    static constexpr In<Tick> orders{1, "orders", "order.submit.>", "Ticks on a gated topic"};
    static constexpr auto ports = drover::ports(ticks, orders);
};

/// Writes what it hears to a file, one line a message, without anything that differs between a
/// fleet and its backtest: times of publication, incarnations.
class Recorder final : public Agent {
public:
    static constexpr About about{
        "recorder",
        "1.0.0",
        "drover tests",
        "Writes down what it hears.",
        DROVER_AGENT_STATELESS,
        R"({"type":"object","additionalProperties":false,"required":["file"],"properties":{
            "file":{"type":"string"}}})"};
    static constexpr bool keeps_state = false;
    static constexpr In<Anything> orders{0, "orders", "order.>", "Orders and their events"};
    static constexpr In<Anything> accounts{1, "accounts", "account.>", "Accounts"};
    static constexpr In<Anything> positions{2, "positions", "position.>", "Positions"};
    static constexpr In<Anything> summaries{3, "summaries", "performance.>", "Performance"};
    static constexpr auto ports = drover::ports(orders, accounts, positions, summaries);

    void configure(const Config& config) override { file_ = text_value(config.json, "file"); }
    void on_message(const Message& message) override {
        std::string line(message.topic());
        line += ' ' + std::to_string(message.event_time()) + ' ';
        const auto* bytes = static_cast<const unsigned char*>(message.raw().data);
        for (std::uint64_t index = 0; index < message.raw().bytes; ++index) {
            const bool is_text = bytes[index] >= 0x20 && bytes[index] < 0x7F;
            if (is_text) {
                line += static_cast<char>(bytes[index]);
                continue;
            }
            char number[8];
            std::snprintf(number, sizeof(number), "\\%02x", bytes[index]);
            line += number;
        }
        append_line(file_, line);
    }

private:
    std::string file_;
};

/// One of several that share bars: writes down who it is and which bars it got.
class Sharer final : public Agent {
public:
    static constexpr About about{
        "sharer",
        "1.0.0",
        "drover tests",
        "Writes down the bars that it gets.",
        DROVER_AGENT_STATELESS,
        R"({"type":"object","additionalProperties":false,"required":["file"],"properties":{
            "file":{"type":"string"}}})"};
    static constexpr bool keeps_state = false;
    static constexpr In<drover_bar> bars{0, "bars", "market.bar.>", "Bars"};
    static constexpr Out<Tick> shares{1, "shares", "account.>", "So many bars it has got"};
    static constexpr auto ports = drover::ports(bars, shares);

    void configure(const Config& config) override {
        name_ = config.name;
        file_ = text_value(config.json, "file");
    }
    bool start() override {
        topic_ = topic(shares, "account." + name_);
        return true;
    }
    void on_message(const Message& message) override {
        for (const drover_bar& bar : message.records(bars)) {
            append_line(file_, name_ + ' ' + std::to_string(bar.close_time));
            publish(topic_, Tick{++count_});
        }
    }

private:
    std::string name_;
    std::string file_;
    Topic<Tick> topic_;
    std::uint64_t count_ = 0;
};

/// Does nothing but start and stop; writes both to a journal, says something when it starts, and
/// can wait with its readiness until a file exists.
class Quiet final : public Agent {
public:
    static constexpr About about{"quiet",
                                 "1.0.0",
                                 "drover tests",
                                 "Starts and stops.",
                                 DROVER_AGENT_STATELESS | DROVER_AGENT_THREADS,
                                 R"({"type":"object","additionalProperties":false,"properties":{
            "journal":{"type":"string"},"wait_for":{"type":"string"},"say":{"type":"string"},
            "number":{"type":"integer"}}})"};
    static constexpr bool keeps_state = false;
    static constexpr std::array<drover_port, 0> ports{};

    void configure(const Config& config) override {
        name_ = config.name;
        journal_ = text_value(config.json, "journal");
        wait_for_ = text_value(config.json, "wait_for");
        say_ = text_value(config.json, "say");
    }
    bool start() override {
        note("start");
        if (!say_.empty()) {
            std::puts(say_.c_str());
            std::fflush(stdout);
            log_info("said: " + say_);
        }
        if (wait_for_.empty()) {
            return true;
        }
        waiter_ = std::thread([this] {
            while (!is_stopping_ && ::access(wait_for_.c_str(), F_OK) != 0) {
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            }
            if (!is_stopping_) {
                ready();
            }
        });
        return false;
    }
    void stop(std::int32_t) override {
        is_stopping_ = true;
        if (waiter_.joinable()) {
            waiter_.join();
        }
        note("stop");
    }

private:
    void note(const char* what) const {
        if (!journal_.empty()) {
            append_line(journal_, what + (' ' + name_));
        }
    }

    std::string name_;
    std::string journal_;
    std::string wait_for_;
    std::string say_;
    std::atomic<bool> is_stopping_{false};
    std::thread waiter_;
};

}  // namespace drover::misbehaving

namespace drover::misbehaving {

/// Is ready once it has counted to ten by its own timer.
class ReadyByTimer final : public Agent {
public:
    static constexpr About about{"ready-by-timer",
                                 "1.0.0",
                                 "drover tests",
                                 "Is ready at its tenth timer.",
                                 DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr std::array<drover_port, 0> ports{};

    bool start() override {
        constexpr std::int64_t period = 1'000'000;
        set_timer(1, now() + period, period);
        return false;
    }
    void on_timer(std::uint64_t id, std::int64_t, std::uint32_t) override {
        if (++count_ == 10) {
            cancel_timer(id);
            ready();
        }
    }

private:
    int count_ = 0;
};

/// Tells what it was given: to a file, to its output, and as the reason of its health.
class Teller final : public Agent {
public:
    static constexpr About about{
        "teller",
        "1.0.0",
        "drover tests",
        "Tells its config.",
        DROVER_AGENT_STATELESS,
        R"({"type":"object","additionalProperties":false,"required":["file"],"properties":{
            "file":{"type":"string"},"variable":{"type":"string"},"text":{"type":"string"}}})"};
    static constexpr bool keeps_state = false;
    static constexpr Out<Tick> ticks{0, "ticks", "test.>", "Nothing"};
    static constexpr In<Tick> asked{1, "asked", "test.>", "Whoever ticks is told once more"};
    static constexpr auto ports = drover::ports(ticks, asked);

    void on_message(const Message&) override {
        if (!std::exchange(was_asked_, true)) {
            std::printf("when asked, the text is %s\n", text_.c_str());
            (void)std::fflush(stdout);
        }
    }
    void configure(const Config& config) override {
        file_ = text_value(config.json, "file");
        variable_ = text_value(config.json, "variable");
        text_ = text_value(config.json, "text");
    }
    bool start() override {
        const char* const value = std::getenv(variable_.c_str());
        append_line(file_, text_ + "\n" + variable_ + "=" + (value == nullptr ? "" : value));
        std::printf("the text is %s\n", text_.c_str());
        (void)std::fflush(stdout);
        healthy("the text is " + text_);
        return true;
    }

private:
    std::string file_;
    std::string variable_;
    std::string text_;
    bool was_asked_ = false;
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::Ticker,
               drover::misbehaving::Listener,
               drover::misbehaving::Recorder,
               drover::misbehaving::Sharer,
               drover::misbehaving::Teller,
               drover::misbehaving::ReadyByTimer,
               drover::misbehaving::Quiet)
