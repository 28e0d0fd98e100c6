// Agents that end, or cannot begin, in ways the ABI knows.
#include "plugins_that_misbehave/occasional_agent.hpp"
#include "plugins_that_misbehave/test_topics.hpp"

namespace drover::misbehaving {

class Completes final : public Agent {
public:
    static constexpr About about{
        "complete", "1.0.0", "drover tests", "Is done after a message.", DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    void on_message(const Message&) override { completed("all work is done"); }
};

class GivesUp final : public OccasionalAgent {
public:
    static constexpr About about{"give-up",
                                 "1.0.0",
                                 "drover tests",
                                 "Gives up after a message.",
                                 DROVER_AGENT_STATELESS,
                                 occasion_schema};
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    void on_message(const Message&) override {
        if (has_come()) {
            give_up("venue.gone", "the venue does not answer any more");
        }
    }
};

class FailsToConfigure final : public Agent {
public:
    static constexpr About about{"fail-to-configure",
                                 "1.0.0",
                                 "drover tests",
                                 "Accepts no configuration.",
                                 DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr std::array<drover_port, 0> ports{};

    void configure(const Config&) override {
        throw Failure("config.range", "no configuration is good enough for this agent");
    }
};

class IsUnhealthy final : public Agent {
public:
    static constexpr About about{
        "unhealthy", "1.0.0", "drover tests", "Says that it is unhealthy.", DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr std::array<drover_port, 0> ports{};

    bool start() override {
        unhealthy("feed.silent", "the feed has been silent for an hour");
        return true;
    }
};

/// Marks its state dirty and then cannot write it. The publication of that callback must not leave.
class FailsToSaveState final : public Agent {
public:
    static constexpr About about{
        "fail-to-save", "1.0.0", "drover tests", "Cannot write its state.", 0};
    static constexpr bool keeps_state = true;
    static constexpr In<Tick> ticks{0, "ticks", "test.tick", "Ticks"};
    static constexpr Out<Tick> echo{1, "echo", "test.unsaved", "What must not leave"};
    static constexpr auto ports = drover::ports(ticks, echo);

    bool start() override {
        topic_ = topic(echo, "test.unsaved");
        return true;
    }
    void on_message(const Message&) override {
        (void)publish(topic_, Tick{1});
        state_dirty();
    }
    void save_state(std::string&) const override {
        throw Failure("state.full", "the state does not fit", DROVER_E_IO);
    }

private:
    Topic<Tick> topic_;
};

/// Saves a state that it then refuses to read.
class FailsToLoadState final : public Agent {
public:
    static constexpr About about{
        "fail-to-load", "1.0.0", "drover tests", "Cannot read its own state.", 0};
    static constexpr bool keeps_state = true;
    static constexpr std::array<drover_port, 0> ports{};

    bool start() override {
        state_dirty();
        return true;
    }
    void save_state(std::string& bytes) const override { bytes = "a state"; }
    void load_state(std::string_view, std::uint32_t) override {
        throw Failure("state.strange", "the saved state makes no sense", DROVER_E_INVALID);
    }
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::Completes,
               drover::misbehaving::GivesUp,
               drover::misbehaving::FailsToConfigure,
               drover::misbehaving::IsUnhealthy,
               drover::misbehaving::FailsToSaveState,
               drover::misbehaving::FailsToLoadState)
