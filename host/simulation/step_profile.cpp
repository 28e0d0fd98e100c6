#include "simulation/step_profile.hpp"

#include <algorithm>
#include <ctime>
#include <limits>
#include <utility>

#include "base/clock.hpp"

namespace drover {
namespace {

constexpr std::array<const char*, StepProfile::part_count> part_names{
    "queue", "hand over", "routing", "event log"};

double monotonic_nanoseconds() {
    return static_cast<double>(monotonic_now().time_since_epoch().count());
}

/// What this thread has had of a processor.
std::int64_t thread_processor_nanoseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    constexpr std::int64_t second = 1'000'000'000;
    return now.tv_sec * second + now.tv_nsec;
}

/// The least of many: what is above it is interruption.
double cost_of_reading() {
    constexpr int trials = 100;
    constexpr int readings = 100;
    double least = std::numeric_limits<double>::max();
    for (int trial = 0; trial < trials; ++trial) {
        const double began = monotonic_nanoseconds();
        for (int reading = 1; reading < readings; ++reading) {
            (void)monotonic_now();
        }
        least = std::min(least, (monotonic_nanoseconds() - began) / readings);
    }
    return least;
}

}  // namespace

StepProfile::StepProfile(std::size_t agents) : reading_cost_(cost_of_reading()), agents_(agents) {}

double StepProfile::now() {
    ++readings_;
    return monotonic_nanoseconds() - reading_cost_ * static_cast<double>(readings_);
}

double StepProfile::add_callbacks(std::size_t agent,
                                  std::int64_t nanoseconds,
                                  std::uint64_t count) {
    readings_ += 2 * count;
    const double net = std::max(
        0.0, static_cast<double>(nanoseconds) - reading_cost_ * static_cast<double>(count));
    step_.agent = agent;
    step_.callbacks += net;
    return net;
}

void StepProfile::begin_sample() {
    step_ = {};
    step_.processor_began = thread_processor_nanoseconds();
    step_.wall_began = monotonic_now().time_since_epoch().count();
}

void StepProfile::end_step() {
    const std::int64_t wall = monotonic_now().time_since_epoch().count() - step_.wall_began;
    const std::int64_t processor = thread_processor_nanoseconds() - step_.processor_began;
    if (wall > processor + processor / 8) {
        return;
    }
    ++sampled_;
    agents_[step_.agent] += step_.callbacks;
    for (std::size_t part = 0; part < part_count; ++part) {
        host_[part] += step_.host[part];
    }
}

void StepProfile::add_preparation(std::string name, double seconds) {
    preparation_.push_back({PartCost::Kind::preparation, std::move(name), 1, seconds});
}

ProfileResult StepProfile::result(const std::vector<std::string>& agents,
                                  const std::vector<std::uint64_t>& callbacks) const {
    ProfileResult result{steps_, sampled_, reading_cost_, preparation_};
    const double scale =
        sampled_ == 0 ? 0 : static_cast<double>(steps_) / static_cast<double>(sampled_) / 1e9;
    for (std::size_t agent = 0; agent < agents.size(); ++agent) {
        result.parts.push_back(
            {PartCost::Kind::callbacks, agents[agent], callbacks[agent], agents_[agent] * scale});
    }
    for (std::size_t part = 0; part < part_count; ++part) {
        result.parts.push_back(
            {PartCost::Kind::host, part_names[part], steps_, std::max(0.0, host_[part]) * scale});
    }
    return result;
}

}  // namespace drover
