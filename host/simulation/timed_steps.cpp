/// The steps of a simulation that its profile times: the same calls with a clock between them.
#include <string>
#include <utility>
#include <vector>

#include "simulation/member.hpp"

namespace drover {

Result<bool> Simulation::take_timed_step() {
    StepProfile& profile = *profile_;
    const double asked = profile.now();
    const auto step = queue_.next();
    const double began = profile.now();
    if (!step) {
        return false;
    }
    profile.add(StepProfile::queue, began - asked);
    AgentRunner& runner = members_[step->agent]->runner();
    const CallbackClock::Times before = runner.callback_times();
    const double sent_before = profile.sending();
    runner.set_watched(true);
    auto taken = take_step(*step);
    runner.set_watched(false);
    const CallbackClock::Times& after = runner.callback_times();
    const double callbacks = profile.add_callbacks(
        step->agent, after.nanoseconds - before.nanoseconds, after.count - before.count);
    const double sent = profile.sending() - sent_before;
    profile.add(StepProfile::hand_over, profile.now() - began - callbacks - sent);
    profile.end_step();
    return taken ? Result<bool>(true) : Result<bool>(taken.error());
}

ProfileResult Simulation::profile_result() const {
    std::vector<std::string> names;
    std::vector<std::uint64_t> callbacks;
    for (const auto& member : members_) {
        names.push_back(member->name());
        callbacks.push_back(member->runner().callbacks());
    }
    return profile_->result(names, callbacks);
}

void Simulation::publish_timed(std::uint16_t agent, const PublishedMessage& message) {
    Member& member = *members_[agent];
    const double began = profile_->now();
    const Route& route = member.route_of(message);
    const double routed = profile_->now();
    log(route, message);
    const double logged = profile_->now();
    send_on(route, message, member.name());
    profile_->add(StepProfile::event_log, logged - routed);
    profile_->add(StepProfile::routing, profile_->now() - logged + routed - began);
}

}  // namespace drover
