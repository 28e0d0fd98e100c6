// The agents that `./dev bench` measures: one that idles, a source and its sinks, ping and pong;
// those with a rate are in paced_agents.hpp.
#include <algorithm>
#include <array>
#include <csignal>
#include <map>
#include <vector>

#include "bench/flat_config.hpp"
#include "bench/paced_agents.hpp"
#include "bench/tick.hpp"

namespace drover::bench {
namespace {

constexpr std::int64_t between_calls = 10'000'000;  // ns

bench_sheet* abort_sheet = nullptr;

}  // namespace

/// Does nothing but say when it came to life. `create` has no configuration yet, so the sheet comes
/// by the environment.
class Idle final : public Agent {
public:
    static constexpr About about{
        "idle", "1.0.0", "drover bench", "Does nothing.", DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr std::array<drover_port, 0> ports{};

    Idle() {
        const char* const path = std::getenv("DROVER_BENCH_SHEET");
        sheet_ = path == nullptr ? nullptr : bench_open_sheet(path);
        bench_stamp_now(sheet_, BENCH_CREATED);
    }
    bool start() override {
        bench_stamp_now(sheet_, BENCH_STARTED);
        return true;
    }

private:
    bench_sheet* sheet_ = nullptr;
};

/// Publishes `messages` messages of `records` ticks as fast as its slowest receiver allows: it is
/// never more than `window` messages ahead of what that one said it has handled.
class Source final : public Agent {
public:
    static constexpr About about{
        "source", "1.0.0", "drover bench", "Publishes ticks.", DROVER_AGENT_STATELESS, flat_schema};
    static constexpr bool keeps_state = false;
    static constexpr Out<Tick> ticks{0, "ticks", "b.ticks", "The ticks"};
    static constexpr In<Progress> progress{1, "progress", "p.>", "How far the receivers are"};
    static constexpr auto ports = drover::ports(ticks, progress);

    void configure(const Config& config) override {
        sheet_ = sheet_of(config.json);
        messages_ = static_cast<std::uint64_t>(number_value(config.json, "messages", 1));
        records_ = static_cast<std::uint32_t>(number_value(config.json, "records", 1));
        receivers_ = static_cast<std::size_t>(number_value(config.json, "receivers", 1));
        window_ = static_cast<std::uint64_t>(number_value(config.json, "window", 1));
    }
    bool start() override {
        topic_ = topic(ticks, tick_topic);
        return true;
    }
    void on_message(const Message& message) override {
        for (const Progress& said : message.records(progress)) {
            const auto known = handled_.find(message.publisher());
            if (known == handled_.end()) {
                handled_.emplace(message.publisher(), said.messages);
            } else {
                known->second = said.messages;
            }
        }
        if (handled_.size() == receivers_) {
            publish_more();
        }
    }

private:
    void publish_more() {
        if (sent_ == 0) {
            bench_stamp_now(sheet_, BENCH_FIRST_SENT);
        }
        std::uint64_t slowest = messages_;
        for (const auto& [name, count] : handled_) {
            slowest = std::min(slowest, count);
        }
        const std::uint64_t until = std::min(messages_, slowest + window_);
        std::array<Tick, batch> records{};
        for (; sent_ < until; ++sent_) {
            // Another event time each, so that messages of one tick stay messages of one tick.
            const auto event_time = static_cast<std::int64_t>(sent_ + 1);
            for (std::uint32_t index = 0; index < records_; ++index) {
                records[index].sequence = sent_ * records_ + index;
            }
            check(host()->publish(host(),
                                  topic_.handle,
                                  event_time,
                                  records.data(),
                                  records_,
                                  std::uint64_t{records_} * sizeof(Tick),
                                  nullptr));
        }
    }

    bench_sheet* sheet_ = nullptr;
    std::uint64_t messages_ = 0;
    std::uint32_t records_ = 1;
    std::size_t receivers_ = 0;
    std::uint64_t window_ = 0;
    Topic<Tick> topic_;
    std::uint64_t sent_ = 0;
    std::map<std::string, std::uint64_t, std::less<>> handled_;
};

/// Counts ticks and says every 256 messages (`every`), and at the end, how far it is.
class Sink final : public Agent {
public:
    static constexpr About about{
        "sink", "1.0.0", "drover bench", "Counts ticks.", DROVER_AGENT_STATELESS, flat_schema};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "b.ticks", "The ticks"};
    static constexpr Out<Progress> progress{1, "progress", "p.>", "How far it is"};
    static constexpr auto ports = drover::ports(ticks, progress);

    void configure(const Config& config) override {
        sheet_ = sheet_of(config.json);
        name_ = config.name;
        messages_ = static_cast<std::uint64_t>(number_value(config.json, "messages", 1));
        every_ = static_cast<std::uint64_t>(number_value(config.json, "every", between_reports));
    }
    bool start() override {
        topic_ = topic(progress, "p." + name_);
        set_timer(1, now() + between_calls, between_calls);
        return true;
    }
    void on_timer(std::uint64_t id, std::int64_t /*due*/, std::uint32_t /*missed*/) override {
        if (handled_ > 0) {
            cancel_timer(id);
        } else {
            (void)publish(topic_, Progress{0});
        }
    }
    void on_message(const Message& message) override {
        for (const Tick& tick : message.records(ticks)) {
            seen_ ^= tick.sequence;
            ++records_;
        }
        lost_ += message.lost();
        handled_ += message.lost() + 1;
        if (handled_ % every_ == 0 || message.lost() > 0 || handled_ >= messages_) {
            (void)publish(topic_, Progress{handled_});
        }
        if (handled_ >= messages_ && sheet_ != nullptr) {
            bench_stamp_at(sheet_, BENCH_LAST_RECEIVED, bench_now(), records_, lost_);
        }
    }

private:
    static constexpr int between_reports = 256;

    bench_sheet* sheet_ = nullptr;
    std::string name_;
    std::uint64_t messages_ = 0;
    std::uint64_t every_ = between_reports;
    Topic<Progress> topic_;
    std::uint64_t handled_ = 0;
    std::int64_t records_ = 0;
    std::int64_t lost_ = 0;
    std::uint64_t seen_ = 0;
};

/// Sends one tick at a time and measures until it is back.
class Ping final : public Agent {
public:
    static constexpr About about{"ping",
                                 "1.0.0",
                                 "drover bench",
                                 "Measures round trips.",
                                 DROVER_AGENT_STATELESS,
                                 flat_schema};
    static constexpr bool keeps_state = false;
    static constexpr Out<Tick> there{0, "there", "b.ticks", "On its way"};
    static constexpr In<Tick> back{1, "back", "b.backs", "Back again"};
    static constexpr auto ports = drover::ports(there, back);

    void configure(const Config& config) override {
        sheet_ = sheet_of(config.json);
        trips_ = static_cast<std::size_t>(number_value(config.json, "messages", 1));
        took_.reserve(trips_);
    }
    bool start() override {
        topic_ = topic(there, tick_topic);
        set_timer(1, now() + between_calls, between_calls);
        return true;
    }
    void on_timer(std::uint64_t id, std::int64_t /*due*/, std::uint32_t /*missed*/) override {
        if (number_ > 1) {
            cancel_timer(id);
        } else {
            send(1);
        }
    }
    void on_message(const Message& message) override {
        const std::int64_t arrived = bench_now();
        for (const Tick& tick : message.records(back)) {
            if (tick.sequence != number_) {
                return;  // A second answer to the calls at the start.
            }
        }
        if (number_ > 1) {
            took_.push_back(arrived - sent_at_);
        }
        if (took_.size() < trips_) {
            send(number_ + 1);
        } else if (sheet_ != nullptr) {
            std::ranges::sort(took_);
            bench_stamp_at(sheet_,
                           BENCH_ROUND_TRIP,
                           arrived,
                           took_[trips_ / 2],
                           took_[trips_ - 1 - trips_ / 100]);
            sheet_ = nullptr;
        }
    }

private:
    void send(std::uint64_t number) {
        number_ = number;
        sent_at_ = bench_now();
        (void)publish(topic_, Tick{number, {}});
    }

    bench_sheet* sheet_ = nullptr;
    std::size_t trips_ = 0;
    Topic<Tick> topic_;
    std::uint64_t number_ = 0;
    std::int64_t sent_at_ = 0;
    std::vector<std::int64_t> took_;
};

/// Sends back what it gets.
class Pong final : public Agent {
public:
    static constexpr About about{
        "pong", "1.0.0", "drover bench", "Sends ticks back.", DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> there{0, "there", "b.ticks", "What comes"};
    static constexpr Out<Tick> back{1, "back", "b.backs", "What goes back"};
    static constexpr auto ports = drover::ports(there, back);

    bool start() override {
        topic_ = topic(back, "b.backs");
        return true;
    }
    void on_message(const Message& message) override {
        for (const Tick& tick : message.records(there)) {
            (void)publish(topic_, tick);
        }
    }

private:
    Topic<Tick> topic_;
};

/// Stamps the signal that ends it, and ends.
void stamp_abort(int number) {
    bench_stamp_now(abort_sheet, BENCH_ABORTED);
    ::signal(number, SIG_DFL);
    ::raise(number);
}

/// Hangs in a timer a while after its start, each time.
class Hanger final : public Agent {
public:
    static constexpr About about{
        "hanger", "1.0.0", "drover bench", "Hangs.", DROVER_AGENT_STATELESS, flat_schema};
    static constexpr bool keeps_state = false;
    static constexpr std::array<drover_port, 0> ports{};

    void configure(const Config& config) override { abort_sheet = sheet_of(config.json); }
    bool start() override {
        ::signal(SIGABRT, stamp_abort);
        set_timer(1, now() + time_in_health, 0);
        return true;
    }
    void on_timer(std::uint64_t /*id*/, std::int64_t /*due*/, std::uint32_t /*missed*/) override {
        bench_stamp_now(abort_sheet, BENCH_HUNG);
        for (;;) {
            ::pause();
        }
    }

private:
    static constexpr std::int64_t time_in_health = 150'000'000;  // ns
};

/// Exits in `start`, each time.
class Leaver final : public Agent {
public:
    static constexpr About about{
        "leaver", "1.0.0", "drover bench", "Exits at once.", DROVER_AGENT_STATELESS, flat_schema};
    static constexpr bool keeps_state = false;
    static constexpr std::array<drover_port, 0> ports{};

    void configure(const Config& config) override {
        sheet_ = sheet_of(config.json);
        const std::string name(config.name);
        number_ = std::stoi(name.substr(name.find_last_of('-') + 1));
    }
    bool start() override {
        constexpr int failure = 3;
        if (sheet_ != nullptr) {
            bench_stamp_at(sheet_, BENCH_LEFT, bench_now(), number_, 0);
        }
        ::_exit(failure);
    }

private:
    bench_sheet* sheet_ = nullptr;
    int number_ = 0;
};

}  // namespace drover::bench

DROVER_LIBRARY(drover::bench::Idle,
               drover::bench::Source,
               drover::bench::Sink,
               drover::bench::Ping,
               drover::bench::Pong,
               drover::bench::Hanger,
               drover::bench::Leaver,
               drover::bench::Pacer,
               drover::bench::Watcher)
