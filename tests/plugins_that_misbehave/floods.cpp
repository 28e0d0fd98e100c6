// Agents that say far too much: messages from callbacks and threads, health, log lines.
#include <atomic>
#include <cstdio>
#include <thread>

#include "plugins_that_misbehave/test_config.hpp"
#include "plugins_that_misbehave/test_topics.hpp"

namespace drover::misbehaving {
namespace {

constexpr std::uint64_t many = 20'000;

/// Runs one function again and again on a thread of its own.
class Worker {
public:
    template <typename Work>
    void start(Work work) {
        thread_ = std::thread([this, work] {
            while (!is_stopping_) {
                work();
            }
        });
    }
    void stop() {
        is_stopping_ = true;
        if (thread_.joinable()) {
            thread_.join();
        }
    }

private:
    std::atomic<bool> is_stopping_{false};
    std::thread thread_;
};

}  // namespace

/// Publishes thousands of messages for each one it gets. The topics take turns, so that none of
/// them is merged with the one before.
class FloodsFromCallback final : public Agent {
public:
    static constexpr About about{"from-callback",
                                 "1.0.0",
                                 "drover tests",
                                 "Publishes far too much from a callback.",
                                 DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "test.tick", "Ticks"};
    static constexpr Out<Tick> flood{1, "flood", "test.flood.>", "The flood"};
    static constexpr auto ports = drover::ports(ticks, flood);

    bool start() override {
        left_ = topic(flood, "test.flood.left");
        right_ = topic(flood, "test.flood.right");
        return true;
    }
    void on_message(const Message&) override {
        for (std::uint64_t count = 0; count < many; ++count) {
            // What is refused is lost: this agent does not care.
            (void)publish(count % 2 == 0 ? left_ : right_, Tick{count});
        }
    }

private:
    Topic<Tick> left_;
    Topic<Tick> right_;
};

class FloodsFromThread final : public Agent {
public:
    static constexpr About about{"from-thread",
                                 "1.0.0",
                                 "drover tests",
                                 "Publishes without end from a thread.",
                                 DROVER_AGENT_STATELESS | DROVER_AGENT_THREADS};
    static constexpr bool keeps_state = false;
    static constexpr Out<Tick> flood{0, "flood", "test.flood.>", "The flood"};
    static constexpr auto ports = drover::ports(flood);

    bool start() override {
        topic_ = topic(flood, "test.flood.thread");
        worker_.start([this] {
            for (std::uint64_t count = 0; count < many / 10; ++count) {
                (void)publish(topic_, Tick{count});
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        });
        return true;
    }
    void stop(std::int32_t) override { worker_.stop(); }

private:
    Topic<Tick> topic_;
    Worker worker_;
};

/// Is well and unwell thousands of times a second.
class FlapsHealth final : public Agent {
public:
    static constexpr About about{"health",
                                 "1.0.0",
                                 "drover tests",
                                 "Changes its health all the time.",
                                 DROVER_AGENT_STATELESS | DROVER_AGENT_THREADS};
    static constexpr bool keeps_state = false;
    static constexpr std::array<drover_port, 0> ports{};

    bool start() override {
        worker_.start([this] {
            for (int count = 0; count < 100; ++count) {
                degraded("flapping", "not so well, time " + std::to_string(++changes_));
                healthy("well again, time " + std::to_string(changes_));
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        });
        return true;
    }
    void stop(std::int32_t) override { worker_.stop(); }

private:
    std::uint64_t changes_ = 0;
    Worker worker_;
};

/// Writes log lines, and text to standard output and error, as fast as it can.
class FloodsLog final : public Agent {
public:
    static constexpr About about{"log",
                                 "1.0.0",
                                 "drover tests",
                                 "Writes far too many lines.",
                                 DROVER_AGENT_STATELESS | DROVER_AGENT_THREADS};
    static constexpr bool keeps_state = false;
    static constexpr std::array<drover_port, 0> ports{};

    bool start() override {
        worker_.start([this] {
            for (int count = 0; count < 100; ++count) {
                log_info("a line that nobody needs");
                std::fputs("a line without manners\n", stdout);
                std::fputs("another one\n", stderr);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        });
        return true;
    }
    void stop(std::int32_t) override { worker_.stop(); }

private:
    Worker worker_;
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::FloodsFromCallback,
               drover::misbehaving::FloodsFromThread,
               drover::misbehaving::FlapsHealth,
               drover::misbehaving::FloodsLog)
