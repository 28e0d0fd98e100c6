/// Agents that measure under a given rate: one publishes what is due, whoever is slow; the others
/// measure how old it is when it reaches them.
#pragma once

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <thread>

#include "bench/flat_config.hpp"
#include "bench/latencies.hpp"
#include "bench/tick.hpp"

namespace drover::bench {

/// Publishes `rate` records a second in messages of `records`, `messages` in all, once all its
/// receivers have called. Nobody holds it back.
class Pacer final : public Agent {
public:
    static constexpr About about{"pacer",
                                 "1.0.0",
                                 "drover bench",
                                 "Publishes at a rate.",
                                 DROVER_AGENT_STATELESS,
                                 flat_schema};
    static constexpr bool keeps_state = false;
    static constexpr Out<Tick> ticks{0, "ticks", "b.>", "The ticks"};
    static constexpr In<Progress> calls{1, "calls", "p.>", "Who is there", DROVER_PORT_ON_DEMAND};
    static constexpr auto ports = drover::ports(ticks, calls);

    void configure(const Config& config) override {
        sheet_ = sheet_of(config.json);
        topic_name_ = text_value(config.json, "topic");
        feed_ = text_value(config.json, "feed");
        messages_ = static_cast<std::uint64_t>(number_value(config.json, "messages", 1));
        records_ = static_cast<std::uint32_t>(number_value(config.json, "records", 1));
        receivers_ = static_cast<std::size_t>(number_value(config.json, "receivers", 1));
        rate_ = static_cast<double>(number_value(config.json, "rate", 1)) / records_;
    }
    bool start() override {
        const std::string pattern = "p." + feed_ + ".>";
        topic_ = topic(ticks, topic_name_);
        check(host()->subscribe(host(), calls.index, {pattern.data(), pattern.size()}));
        return true;
    }
    void on_message(const Message& message) override {
        present_.emplace(message.publisher());
        if (present_.size() == receivers_ && began_ == 0) {
            began_ = bench_now();
            bench_stamp_at(sheet_, BENCH_FIRST_SENT, began_, 0, 0);
            set_timer(1, now() + pacing, pacing);
        }
    }
    void on_timer(std::uint64_t id, std::int64_t /*due*/, std::uint32_t /*missed*/) override {
        const std::uint64_t due = std::min(messages_, messages_due(bench_now() - began_, rate_));
        // After a pause it catches up in steps, as a venue's feed would.
        const std::uint64_t until = std::min(due, sent_ + most_at_once);
        for (; sent_ < until; ++sent_) {
            publish_next();
        }
        if (sent_ == messages_) {
            cancel_timer(id);
            bench_stamp_now(sheet_, BENCH_LAST_SENT);
        }
    }

private:
    static constexpr std::uint64_t most_at_once = 128;

    void publish_next() {
        Tick& first = batch_[0];
        first.sequence = sent_;
        first.values[due_value] = static_cast<std::uint64_t>(began_ + due_after(sent_, rate_));
        first.values[end_value] = sent_ + 1 == messages_ ? 1 : 0;
        first.values[published_value] = static_cast<std::uint64_t>(bench_now());
        // Another event time each, so that messages of one callback stay messages of their own.
        const drover_status status = host()->publish(host(),
                                                     topic_.handle,
                                                     static_cast<std::int64_t>(sent_ + 1),
                                                     batch_.data(),
                                                     records_,
                                                     std::uint64_t{records_} * sizeof(Tick),
                                                     nullptr);
        if (status != DROVER_E_GATED) {
            check(status);
        }
    }

    bench_sheet* sheet_ = nullptr;
    std::string topic_name_;
    std::string feed_;
    std::uint64_t messages_ = 0;
    std::uint32_t records_ = 1;
    std::size_t receivers_ = 0;
    double rate_ = 0;  ///< Messages a second.
    Topic<Tick> topic_;
    std::set<std::string, std::less<>> present_;
    std::int64_t began_ = 0;
    std::uint64_t sent_ = 0;
    std::array<Tick, batch> batch_{};
};

/// Measures how old messages are; sleeps, works or hangs in its callback.
class Watcher final : public Agent {
public:
    static constexpr About about{"watcher",
                                 "1.0.0",
                                 "drover bench",
                                 "Measures latencies.",
                                 DROVER_AGENT_STATELESS,
                                 flat_schema};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "b.>", "The ticks", DROVER_PORT_ON_DEMAND};
    static constexpr Out<Progress> calls{1, "calls", "p.>", "That it is there"};
    static constexpr auto ports = drover::ports(ticks, calls);

    void configure(const Config& config) override {
        sheet_ = sheet_of(config.json);
        topic_name_ = text_value(config.json, "topic");
        call_name_ = "p." + text_value(config.json, "feed") + "." + std::string(config.name);
        messages_ = number_value(config.json, "messages", 1);
        receiver_ = static_cast<std::uint32_t>(number_value(config.json, "id", 0));
        sleep_ = std::chrono::microseconds(number_value(config.json, "sleep", 0));
        work_ = number_value(config.json, "work", 0) * microsecond;
        hangs_ = number_value(config.json, "hangs", 0) != 0;
        latencies_.expect(static_cast<std::uint64_t>(number_value(config.json, "timed", 1)));
    }
    bool start() override {
        if (sleep_.count() > 0) {
            sleep_exactly();
        }
        call_ = topic(calls, call_name_);
        check(host()->subscribe(host(), ticks.index, {topic_name_.data(), topic_name_.size()}));
        set_timer(1, now() + between_calls_, between_calls_);
        return true;
    }
    void on_timer(std::uint64_t id, std::int64_t /*due*/, std::uint32_t /*missed*/) override {
        if (has_begun_) {
            cancel_timer(id);
        } else {
            (void)publish(call_, Progress{0});
        }
    }
    void on_message(const Message& message) override {
        const std::int64_t began = bench_now();
        has_begun_ = true;
        bool is_last = false;
        for (const Tick& tick : message.records(ticks)) {
            latencies_.add(
                tick.sequence, began, tick.values[published_value], tick.values[due_value]);
            is_last = tick.values[end_value] != 0;
            break;  // The first one speaks for the message.
        }
        while (hangs_) {
            ::pause();
        }
        if (sleep_.count() > 0) {
            std::this_thread::sleep_for(sleep_);
        }
        std::int64_t ended = began;
        while (ended - began < work_) {
            ended = bench_now();
        }
        __atomic_store_n(&sheet_->marks[receiver_], ended, __ATOMIC_RELEASE);
        if (is_last) {
            latencies_.write(sheet_, receiver_, messages_);
        }
    }

private:
    static constexpr std::int64_t between_calls_ = 10'000'000;  // ns
    static constexpr std::int64_t microsecond = 1000;           // ns

    bench_sheet* sheet_ = nullptr;
    std::string topic_name_;
    std::string call_name_;
    std::int64_t messages_ = 0;
    std::uint32_t receiver_ = 0;
    std::chrono::microseconds sleep_{0};
    std::int64_t work_ = 0;  ///< ns
    bool hangs_ = false;
    Topic<Progress> call_;
    bool has_begun_ = false;
    Latencies latencies_;
};

}  // namespace drover::bench
