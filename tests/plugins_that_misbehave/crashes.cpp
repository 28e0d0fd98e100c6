// Agents that end their own process where nobody expects it.
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include "plugins_that_misbehave/occasional_agent.hpp"
#include "plugins_that_misbehave/test_config.hpp"
#include "plugins_that_misbehave/test_topics.hpp"

namespace drover::misbehaving {
namespace {

/// A real fault, not a raised signal. Pointer and target are volatile, or the optimiser drops it.
void write_to_nowhere() {
    volatile int* volatile nowhere = nullptr;
    *nowhere = 1;
}

}  // namespace

/// Crashes in start.
class CrashesAtStart final : public OccasionalAgent {
public:
    static constexpr About about{"at-start",
                                 "1.0.0",
                                 "drover tests",
                                 "Crashes at its start.",
                                 DROVER_AGENT_STATELESS,
                                 occasion_schema};
    static constexpr std::array<drover_port, 0> ports{};

    bool start() override {
        if (has_come()) {
            write_to_nowhere();
        }
        return true;
    }
};

/// Crashes when it handles a message.
class CrashesOnMessage final : public OccasionalAgent {
public:
    static constexpr About about{"on-message",
                                 "1.0.0",
                                 "drover tests",
                                 "Crashes on a message.",
                                 DROVER_AGENT_STATELESS,
                                 occasion_schema};
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "Ticks"};
    static constexpr In<Anything> bars{1, "bars", "market.bar.>", "Bars"};
    static constexpr auto ports = drover::ports(ticks, bars);

    void on_message(const Message&) override {
        if (has_come()) {
            write_to_nowhere();
        }
    }
};

/// Writes many lines and crashes right behind the last one.
class SpeaksAndCrashes final : public Agent {
public:
    static constexpr About about{"speak-and-crash",
                                 "1.0.0",
                                 "drover tests",
                                 "Writes lines, then crashes.",
                                 DROVER_AGENT_STATELESS,
                                 R"({"type":"object","additionalProperties":false,"properties":{
        "after":{"type":"integer","minimum":1},"once":{"type":"string"},
        "lines":{"type":"integer","minimum":1}}})"};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    void configure(const Config& config) override {
        occasion_.read(config.json);
        lines_ = number_value(config.json, "lines", 1);
    }
    void on_message(const Message&) override {
        if (!occasion_.has_come()) {
            return;
        }
        for (std::int64_t line = 1; line <= lines_; ++line) {
            std::printf("line %lld of %lld\n",
                        static_cast<long long>(line),
                        static_cast<long long>(lines_));
        }
        write_to_nowhere();
    }

private:
    Occasion occasion_;
    std::int64_t lines_ = 1;
};

/// Crashes in stop.
class CrashesWhileStopping final : public Agent {
public:
    static constexpr About about{"while-stopping",
                                 "1.0.0",
                                 "drover tests",
                                 "Crashes while it stops.",
                                 DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr std::array<drover_port, 0> ports{};

    void stop(std::int32_t) override { write_to_nowhere(); }
};

/// Leaves the process with exit(3) from a callback.
class ExitsOnMessage final : public OccasionalAgent {
public:
    static constexpr About about{"exit-on-message",
                                 "1.0.0",
                                 "drover tests",
                                 "Calls exit from a callback.",
                                 DROVER_AGENT_STATELESS,
                                 occasion_schema};
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    void on_message(const Message&) override {
        if (has_come()) {
            std::exit(3);
        }
    }
};

/// Ends with success without having been asked to, and without a word.
class LeavesQuietly final : public OccasionalAgent {
public:
    static constexpr About about{"leave-quietly",
                                 "1.0.0",
                                 "drover tests",
                                 "Leaves with exit code 0.",
                                 DROVER_AGENT_STATELESS,
                                 occasion_schema};
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    void on_message(const Message&) override {
        if (has_come()) {
            ::_exit(0);
        }
    }
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::CrashesAtStart,
               drover::misbehaving::CrashesOnMessage,
               drover::misbehaving::SpeaksAndCrashes,
               drover::misbehaving::CrashesWhileStopping,
               drover::misbehaving::ExitsOnMessage,
               drover::misbehaving::LeavesQuietly)
