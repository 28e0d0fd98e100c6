// Agents that do not come back, or never come to be.
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "plugins_that_misbehave/occasional_agent.hpp"
#include "plugins_that_misbehave/test_config.hpp"
#include "plugins_that_misbehave/test_topics.hpp"

namespace drover::misbehaving {
namespace {

/// Never returns. It sleeps, so that the machine is left to those who work.
void hang() {
    for (;;) {
        std::this_thread::sleep_for(std::chrono::hours(1));
    }
}

}  // namespace

class HangsAtStart final : public OccasionalAgent {
public:
    static constexpr About about{"at-start",
                                 "1.0.0",
                                 "drover tests",
                                 "Hangs at its start.",
                                 DROVER_AGENT_STATELESS,
                                 occasion_schema};
    static constexpr std::array<drover_port, 0> ports{};

    bool start() override {
        if (has_come()) {
            hang();
        }
        return true;
    }
};

class HangsOnMessage final : public OccasionalAgent {
public:
    static constexpr About about{"on-message",
                                 "1.0.0",
                                 "drover tests",
                                 "Hangs on a message.",
                                 DROVER_AGENT_STATELESS,
                                 occasion_schema};
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "Ticks"};
    static constexpr In<Anything> bars{1, "bars", "market.bar.>", "Bars"};
    static constexpr auto ports = drover::ports(ticks, bars);

    void on_message(const Message&) override {
        if (has_come()) {
            hang();
        }
    }
};

/// Takes longer than the heartbeat allows, but says so.
class TakesItsTime final : public Agent {
public:
    static constexpr About about{"take-its-time",
                                 "1.0.0",
                                 "drover tests",
                                 "Works long on one message, with leave.",
                                 DROVER_AGENT_STATELESS,
                                 R"({"type":"object","additionalProperties":false,"properties":{
                                     "work_ms":{"type":"integer"}}})"};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    void configure(const Config& config) override {
        work_ = std::chrono::milliseconds(number_value(config.json, "work_ms", 0));
    }
    void on_message(const Message&) override {
        if (has_worked_) {
            return;
        }
        has_worked_ = true;
        host()->extend(host(), std::chrono::nanoseconds(work_ * 20).count());
        std::this_thread::sleep_for(work_);
        healthy("the long work is done");
    }

private:
    std::chrono::milliseconds work_{0};
    bool has_worked_ = false;
};

/// Hangs on a message until a file is there: a hang that ends.
class HangsUntil final : public Agent {
public:
    static constexpr About about{"until",
                                 "1.0.0",
                                 "drover tests",
                                 "Hangs on one message until a file is there.",
                                 DROVER_AGENT_STATELESS,
                                 R"({"type":"object","additionalProperties":false,"properties":{
                                     "file":{"type":"string"}}})"};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    void configure(const Config& config) override { file_ = text_value(config.json, "file"); }
    void on_message(const Message&) override {
        while (!std::filesystem::exists(file_)) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }

private:
    std::string file_;
};

/// Answers "not yet" and leaves it at that.
class NeverReady final : public Agent {
public:
    static constexpr About about{
        "never-ready", "1.0.0", "drover tests", "Is never ready.", DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr std::array<drover_port, 0> ports{};

    bool start() override { return false; }
};

class HangsWhileStopping final : public Agent {
public:
    static constexpr About about{"while-stopping",
                                 "1.0.0",
                                 "drover tests",
                                 "Never returns from stop.",
                                 DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr std::array<drover_port, 0> ports{};

    void stop(std::int32_t) override { hang(); }
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::HangsAtStart,
               drover::misbehaving::HangsOnMessage,
               drover::misbehaving::TakesItsTime,
               drover::misbehaving::HangsUntil,
               drover::misbehaving::NeverReady,
               drover::misbehaving::HangsWhileStopping)
