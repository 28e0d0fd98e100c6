#include "simulation/simulation.hpp"

#include <utility>

#include "base/clock.hpp"
#include "simulation/member.hpp"

namespace drover {

namespace {

/// A look at the machine's clock costs what a few deliveries cost: one in so many steps is nothing.
constexpr std::uint32_t steps_between_looks = 1024;
constexpr auto progress_pause = std::chrono::milliseconds(200);

/// The request ports of all agents, as the supervisor tells them to a router.
RequestDirectory directory_of(const std::vector<SimulatedAgent>& agents) {
    std::vector<RequestPorts> all;
    for (const SimulatedAgent& agent : agents) {
        RequestPorts ports{agent.setup.name, agent.setup.handle, {}, {}, agent.instance_of};
        for (std::uint16_t index = 0; index < agent.setup.ports.size(); ++index) {
            const PortSetup& port = agent.setup.ports[index];
            const RequestPort described{index, port.name, port.topic, port.type, port.reply_type};
            if ((port.flags & DROVER_PORT_REQUEST_SERVER) != 0) {
                ports.serves.push_back(described);
            }
            if ((port.flags & DROVER_PORT_REQUEST_CLIENT) != 0) {
                ports.asks.push_back(described);
            }
        }
        all.push_back(std::move(ports));
    }
    return RequestDirectory(std::move(all));
}

}  // namespace

Simulation::Simulation(std::vector<SimulatedAgent> agents,
                       const SimulationOptions& options,
                       SimulationWatch watch)
    : queue_(agents.size()),
      requests_(directory_of(agents), queue_),
      page_(options.page == nullptr ? own_page_.layout() : *options.page),
      watch_(std::move(watch)) {
    if (options.hash) {
        log_.emplace();
    }
    if (options.profile) {
        profile_.emplace(agents.size());
    }
    for (std::size_t index = 0; index < agents.size(); ++index) {
        members_.push_back(std::make_unique<Member>(
            *this, static_cast<std::uint16_t>(index), std::move(agents[index])));
    }
}

Simulation::~Simulation() = default;

Result<SimulationResult> Simulation::run() {
    began_ = monotonic_now();
    auto outcome = start_all();
    if (outcome) {
        outcome = run_steps();
    }
    stop_all();
    if (!outcome) {
        return outcome.error();
    }
    result_.seconds = std::chrono::duration<double>(monotonic_now() - began_).count();
    if (log_) {
        result_.event_log_hash = log_->finish();
    }
    if (profile_) {
        result_.profile = profile_result();
    }
    return std::move(result_);
}

Result<void> Simulation::start_all() {
    // Nobody receives before everybody is configured, so all are prepared first.
    for (const auto& member : members_) {
        const Monotonic began = monotonic_now();
        if (auto prepared = member->runner().prepare(); !prepared) {
            return prepared.error().within(member->name());
        }
        if (profile_) {
            profile_->add_preparation(
                member->name(), std::chrono::duration<double>(monotonic_now() - began).count());
        }
    }
    for (std::uint16_t index = 0; index < members_.size(); ++index) {
        AgentRunner& runner = members_[index]->runner();
        auto started = runner.start();
        if (!started) {
            return started.error().within(members_[index]->name());
        }
        if (!started.value()) {
            const auto outcome = runner.pending_outcome();
            if (!outcome) {
                return Error{ErrorKind::unavailable,
                             members_[index]->name() +
                                 ": its start waits for something that does not happen in a "
                                 "simulation; leave it out with `simulate: no`."};
            }
            if (!*outcome) {
                return outcome->error().within(members_[index]->name());
            }
        }
        if (auto checked = check_wishes(index); !checked) {
            return checked;
        }
        queue_.set_next_timer(index, runner.next_timer());
    }
    // An agent may have subscribed in its start, after others had published in theirs.
    for (const auto& member : members_) {
        member->redirect();
    }
    return success();
}

Result<void> Simulation::run_steps() {
    std::uint32_t steps = 0;
    while (true) {
        if (++steps == steps_between_looks) {
            steps = 0;
            tell_progress();
        }
        if (profile_ && profile_->begin_step()) {
            auto taken = take_timed_step();
            if (!taken) {
                return taken.error();
            }
            if (!taken.value()) {
                return success();
            }
            continue;
        }
        const auto step = queue_.next();
        if (!step) {
            return success();
        }
        if (auto taken = take_step(*step); !taken) {
            return taken;
        }
    }
}

void Simulation::tell_progress() {
    if (!watch_.progress) {
        return;
    }
    const Monotonic now = monotonic_now();
    if (now < progress_due_) {
        return;
    }
    progress_due_ = now + progress_pause;
    watch_.progress({instants_,
                     result_.deliveries,
                     result_.events,
                     first_time_,
                     queue_.now(),
                     std::chrono::duration<double>(now - began_).count()});
}

Result<void> Simulation::take_step(const ReplayQueue<std::uint32_t>::Step& step) {
    using Kind = ReplayQueue<std::uint32_t>::StepKind;
    AgentRunner& runner = members_[step.agent]->runner();
    page_.progress.store(++steps_, std::memory_order_relaxed);
    runner.set_time(step.time);
    switch (step.kind) {
        case Kind::deliver:
            ++result_.deliveries;
            if ((step.message & RequestExchange::mark) != 0) {
                requests_.deliver(step.message, step.agent, runner);
                break;
            }
            if (pool_.route(step.message).gated && kill_switch_.is_engaged()) {
                return pass_over(step);
            }
            runner.deliver(pool_.delivery(step.message),
                           pool_.route(step.message).topic_numbers[step.agent]);
            pool_.release(step.message);
            break;
        case Kind::timers:
            runner.fire_timers();
            break;
        case Kind::advance:
            first_time_ = instants_++ == 0 ? step.time : first_time_;
            runner.advanced(step.time, step.token);
            break;
        case Kind::endless:
            return Error{ErrorKind::invalid,
                         "More than 1,000,000 deliveries within one instant: agent '" +
                             members_[step.agent]->name() +
                             "' is part of a cycle in which messages cause each other."};
    }
    queue_.set_next_timer(step.agent, runner.next_timer());
    return runner.wants_to_stop() ? check_wishes(step.agent) : Result<void>(success());
}

Result<void> Simulation::pass_over(const ReplayQueue<std::uint32_t>::Step& step) {
    const Delivery& delivery = pool_.delivery(step.message);
    const auto sender = static_cast<std::uint16_t>(delivery.id.publisher - 1);
    if (pool_.make_void(step.message)) {
        AgentRunner& runner = members_[sender]->runner();
        runner.refused(delivery.topic,
                       delivery.id.sequence,
                       DROVER_E_GATED,
                       "The kill switch was engaged while the message waited for '" +
                           members_[step.agent]->name() + "'.");
        queue_.set_next_timer(sender, runner.next_timer());
    }
    pool_.release(step.message);
    return check_wishes(sender);
}

Result<void> Simulation::check_wishes(std::uint16_t agent) {
    Member& member = *members_[agent];
    if (!member.runner().wants_to_stop()) {
        return success();
    }
    const auto wish = member.runner().stop_wish();
    if (wish->status < 0) {
        return Error{ErrorKind::unavailable, member.name() + ": " + wish->text};
    }
    member.runner().stop(DROVER_STOP_COMPLETED, wall_now());
    queue_.set_absent(agent, true);
    requests_.completed(agent);
    return success();
}

void Simulation::stop_all() {
    for (auto member = members_.rbegin(); member != members_.rend(); ++member) {
        // The one whose start failed as well: what it says while it stops must find the others
        // alive.
        (*member)->runner().stop(DROVER_STOP_SHUTDOWN, wall_now());
    }
}

void Simulation::take_rules(const std::vector<TopicRights>& rules) {
    for (const auto& member : members_) {
        member->runner().take_rules(rules);
    }
    for (const auto& member : members_) {
        member->redirect();
    }
}

void Simulation::direct(Route& route) {
    route.receivers.clear();
    route.shares.clear();
    route.topic_numbers.clear();
    for (std::uint16_t index = 0; index < members_.size(); ++index) {
        if (members_[index]->takes(route.topic, route.type)) {
            members_[index]->join(route, index);
        }
        route.topic_numbers.push_back(
            members_[index]->runner().topic_number(route.topic, route.type));
    }
}

void Simulation::publish(std::uint16_t agent, const PublishedMessage& message) {
    if (profile_ && profile_->is_sampling()) {
        publish_timed(agent, message);
        return;
    }
    Member& member = *members_[agent];
    const Route& route = member.route_of(message);
    log(route, message);
    send_on(route, message, member.name());
}

void Simulation::log(const Route& route, const PublishedMessage& message) {
    ++result_.events;
    if (watch_.event) {
        watch_.event(message);
    }
    if (log_) {
        const std::uint32_t cause = message.cause.publisher;
        log_->add(message,
                  route.origin,
                  cause == 0 ? std::string_view{} : std::string_view(members_[cause - 1]->name()));
    }
}

void Simulation::send_on(const Route& route,
                         const PublishedMessage& message,
                         std::string_view publisher) {
    if (route.is_summary) {
        result_.summary_json.emplace(reinterpret_cast<const char*>(message.payload.data()),
                                     message.payload.size());
    }
    if (!route.shares.empty()) {
        send_shares(route, message, publisher);
    } else if (!route.receivers.empty()) {
        queue_.publish(pool_.keep(message, route, publisher, route.receivers.size()),
                       route.receivers);
    }
}

}  // namespace drover
