#include "simulation/simulation.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "base/logging.hpp"
#include "base/topic.hpp"

namespace drover {
namespace {

/// Whose last message is the report of a backtest.
constexpr std::string_view summary_topic = "performance.summary";

/// A look at the machine's clock costs what a few deliveries cost: one in so many steps is nothing.
constexpr std::uint32_t steps_between_looks = 1024;
constexpr auto progress_pause = std::chrono::milliseconds(200);

LogLevel level_of(std::int32_t level) {
    switch (level) {
        case DROVER_LOG_DEBUG:
            return LogLevel::debug;
        case DROVER_LOG_WARNING:
            return LogLevel::warning;
        case DROVER_LOG_ERROR:
            return LogLevel::error;
        default:
            return LogLevel::info;
    }
}

/// The request ports of all agents, as the supervisor tells them to a router.
RequestDirectory directory_of(const std::vector<SimulatedAgent>& agents) {
    std::vector<RequestPorts> all;
    for (const SimulatedAgent& agent : agents) {
        RequestPorts ports{agent.setup.name, agent.setup.handle, {}, {}};
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

/// One simulated agent: its runner, and the runner's way to the others.
class Simulation::Member final : public Transport, public AgentObserver {
public:
    Member(Simulation& simulation, std::uint16_t index, SimulatedAgent agent)
        : simulation_(simulation),
          index_(index),
          layout_hashes_(std::move(agent.layout_hashes)),
          runner_(std::move(agent.setup),
                  *this,
                  *this,
                  simulation.kill_switch_,
                  simulation.page_.layout(),
                  std::nullopt) {}

    void send(const PublishedMessage& message) override { simulation_.publish(index_, message); }
    void send_request(const OutgoingRequest& request) override {
        simulation_.requests_.send(index_, request);
    }
    void send_reply(const OutgoingReply& reply) override {
        simulation_.requests_.send(index_, reply);
    }
    void ask_advance(std::int64_t time, std::int64_t delay, std::uint64_t token) override {
        simulation_.queue_.ask_advance(Advance{index_, time, delay, token});
    }
    void wake() override {}
    void on_log(std::int32_t level, std::string_view text) override {
        // A backtest's output is its report; only what went wrong is worth a line beside it.
        if (level >= DROVER_LOG_WARNING) {
            log_line(level_of(level), name(), text);
        }
    }
    void on_occurrence(const Noted& /*noted*/, std::uint64_t /*count*/) override {
        // Refusals are logged, and a simulation loses nothing.
    }
    void on_health(std::int32_t level, std::string_view /*code*/, std::string_view text) override {
        if (level != DROVER_HEALTH_HEALTHY) {
            const std::string warning = name() + ": " + std::string(text);
            auto& warnings = simulation_.result_.warnings;
            if (warnings.size() < most_warnings &&
                std::ranges::find(warnings, warning) == warnings.end()) {
                warnings.push_back(warning);
            }
        }
    }

    [[nodiscard]] AgentRunner& runner() { return runner_; }
    [[nodiscard]] const std::string& name() const { return runner_.setup().name; }
    [[nodiscard]] std::uint64_t layout_hash_of(std::uint32_t type) const {
        const auto& ports = runner_.setup().ports;
        for (std::size_t port = 0; port < ports.size(); ++port) {
            if (ports[port].type == type) {
                return layout_hashes_[port];
            }
        }
        return 0;
    }
    /// Whether a subscribed port takes messages of `type` on `topic`.
    [[nodiscard]] bool takes(std::string_view topic, std::uint32_t type) const {
        const auto patterns = runner_.subscriptions();
        return std::ranges::any_of(runner_.setup().ports, [&](const PortSetup& port) {
            const bool fits = (port.flags & DROVER_PORT_IN) != 0 &&
                              (port.type == 0 || port.type == type) &&
                              topic_matches(port.topic, topic);
            return fits && std::ranges::any_of(patterns, [&](const std::string& pattern) {
                       return topic_matches(pattern, topic);
                   });
        });
    }
    bool is_running = false;

private:
    static constexpr std::size_t most_warnings = 100;
    Simulation& simulation_;
    std::uint16_t index_;
    std::vector<std::uint64_t> layout_hashes_;
    AgentRunner runner_;
};

Simulation::Simulation(std::vector<SimulatedAgent> agents, SimulationWatch watch)
    : queue_(agents.size()), requests_(directory_of(agents), queue_), watch_(std::move(watch)) {
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
    result_.events = log_.events();
    result_.event_log_hash = log_.finish();
    return std::move(result_);
}

Result<void> Simulation::start_all() {
    // Nobody receives before everybody is configured, so all are prepared first.
    for (const auto& member : members_) {
        if (auto prepared = member->runner().prepare(); !prepared) {
            return prepared.error().within(member->name());
        }
    }
    for (std::uint16_t index = 0; index < members_.size(); ++index) {
        AgentRunner& runner = members_[index]->runner();
        auto started = runner.start();
        if (!started) {
            return started.error().within(members_[index]->name());
        }
        members_[index]->is_running = true;
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
    for (auto& [topic, route] : routes_) {
        route.receivers = receivers_of(topic, route.type);
    }
    return success();
}

Result<void> Simulation::run_steps() {
    std::uint32_t steps = 0;
    while (const auto step = queue_.next()) {
        if (auto taken = take_step(*step); !taken) {
            return taken;
        }
        if (++steps == steps_between_looks) {
            steps = 0;
            tell_progress();
        }
    }
    return success();
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
                     log_.events(),
                     first_time_,
                     queue_.now(),
                     std::chrono::duration<double>(now - began_).count()});
}

Result<void> Simulation::take_step(const ReplayQueue<std::uint32_t>::Step& step) {
    using Kind = ReplayQueue<std::uint32_t>::StepKind;
    AgentRunner& runner = members_[step.agent]->runner();
    runner.set_time(step.time);
    switch (step.kind) {
        case Kind::deliver:
            ++result_.deliveries;
            if ((step.message & RequestExchange::mark) != 0) {
                requests_.deliver(step.message, step.agent, runner);
                break;
            }
            runner.deliver(pool_.delivery(step.message));
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
    return check_wishes(step.agent);
}

Result<void> Simulation::check_wishes(std::uint16_t agent) {
    Member& member = *members_[agent];
    const auto wish = member.runner().stop_wish();
    if (!wish) {
        return success();
    }
    if (wish->status < 0) {
        return Error{ErrorKind::unavailable, member.name() + ": " + wish->text};
    }
    member.runner().stop(DROVER_STOP_COMPLETED, wall_now());
    member.is_running = false;
    queue_.set_absent(agent, true);
    requests_.completed(agent);
    return success();
}

void Simulation::stop_all() {
    for (auto member = members_.rbegin(); member != members_.rend(); ++member) {
        if ((*member)->is_running) {
            (*member)->runner().stop(DROVER_STOP_SHUTDOWN, wall_now());
        }
    }
}

std::vector<std::uint16_t> Simulation::receivers_of(std::string_view topic,
                                                    std::uint32_t type) const {
    std::vector<std::uint16_t> receivers;
    for (std::uint16_t index = 0; index < members_.size(); ++index) {
        if (members_[index]->takes(topic, type)) {
            receivers.push_back(index);
        }
    }
    return receivers;
}

const std::pair<const std::string, Simulation::Route>& Simulation::route_of(std::string_view topic,
                                                                            std::uint32_t type) {
    const auto known = routes_.find(topic);
    if (known != routes_.end()) {
        return *known;
    }
    Route route{receivers_of(topic, type), type, topic == summary_topic};
    return *routes_.emplace(std::string(topic), std::move(route)).first;
}

void Simulation::publish(std::uint16_t agent, const PublishedMessage& message) {
    Member& member = *members_[agent];
    const std::uint32_t cause = message.cause.publisher;
    const std::string_view cause_name =
        cause == 0 ? std::string_view{} : std::string_view(members_[cause - 1]->name());
    log_.add(message, member.layout_hash_of(message.type), member.name(), cause_name);
    if (watch_.event) {
        watch_.event(message);
    }
    const auto& [topic, route] = route_of(message.topic, message.type);
    if (route.is_summary) {
        result_.summary_json.emplace(reinterpret_cast<const char*>(message.payload.data()),
                                     message.payload.size());
    }
    if (!route.receivers.empty()) {
        const std::uint32_t slot = pool_.keep(
            message, topic, member.name(), static_cast<std::uint32_t>(route.receivers.size()));
        queue_.publish(slot, route.receivers);
    }
}

}  // namespace drover
