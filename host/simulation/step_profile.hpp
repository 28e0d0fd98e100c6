/// Where the time of a simulation goes: one step in so many is timed, part by part.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace drover {

/// What one part of a run costs.
struct PartCost {
    enum class Kind : std::uint8_t {
        preparation,  ///< Before the first step: create, configure and start; timed whole.
        callbacks,    ///< An agent's own code with the host functions it calls; from samples.
        host          ///< What the host does around the callbacks; from samples.
    };
    Kind kind = Kind::host;
    std::string name;         ///< Of the agent, or of the host's part.
    std::uint64_t count = 0;  ///< Callbacks; for the host's parts steps.
    double seconds = 0;
};

/// How a run's time was spent.
struct ProfileResult {
    std::uint64_t steps = 0;
    std::uint64_t sampled_steps = 0;
    double reading_nanoseconds = 0;  ///< What reading the clock costs; taken off everywhere.
    std::vector<PartCost> parts;
};

/// Times every 61st step. Reading the clock takes about as long as a short callback, so timing all
/// steps would mostly measure the clock: the samples are scaled up instead, and what the readings
/// themselves cost is taken off. 61 is prime, so that it never falls into step with the fleet.
/// One thread.
class StepProfile {
public:
    static constexpr std::uint64_t sampled_every = 61;
    enum HostPart : std::uint8_t { queue, hand_over, routing, event_log, part_count };

    /// Measures the clock itself.
    explicit StepProfile(std::size_t agents);

    /// Begins a step. Returns whether it is to be timed; then `end_step` must follow.
    bool begin_step() {
        const std::uint64_t place = ++steps_ % sampled_every;
        if (place == sampled_every - 1) {
            begin_sample();  // A step early: after a system call the next step runs cold.
        }
        is_sampling_ = place == 0;
        return is_sampling_;
    }
    /// Takes over what was added since `begin_step`, unless this thread had lost the processor
    /// since the step before: then the clock has measured somebody else.
    void end_step();
    [[nodiscard]] bool is_sampling() const { return is_sampling_; }

    /// Nanoseconds on a clock that stands still while it is being read: differences are net.
    [[nodiscard]] double now();

    void add(HostPart part, double nanoseconds) { step_.host[part] += nanoseconds; }
    /// What was timed of routing and event log in this step.
    [[nodiscard]] double sending() const { return step_.host[routing] + step_.host[event_log]; }
    /// `nanoseconds` in `count` callbacks of an agent, each timed by two readings of someone else.
    /// Returns what is left of it without the readings.
    double add_callbacks(std::size_t agent, std::int64_t nanoseconds, std::uint64_t count);

    void add_preparation(std::string name, double seconds);

    /// `callbacks` are those of each agent in the whole run.
    [[nodiscard]] ProfileResult result(const std::vector<std::string>& agents,
                                       const std::vector<std::uint64_t>& callbacks) const;

private:
    /// What a step has added so far. A step serves one agent.
    struct Sample {
        std::array<double, part_count> host{};
        std::size_t agent = 0;
        double callbacks = 0;
        std::int64_t wall_began = 0;       ///< ns
        std::int64_t processor_began = 0;  ///< ns of this thread's processor time
    };
    void begin_sample();

    Sample step_;
    std::uint64_t steps_ = 0;
    std::uint64_t sampled_ = 0;  ///< Without the interrupted ones.
    std::uint64_t readings_ = 0;
    bool is_sampling_ = false;
    double reading_cost_ = 0;  ///< ns
    std::vector<double> agents_;
    std::array<double, part_count> host_{};
    std::vector<PartCost> preparation_;
};

}  // namespace drover
