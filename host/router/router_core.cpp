#include "router/router_core.hpp"

#include <algorithm>
#include <utility>

#include "base/logging.hpp"
#include "router/control_to_frame.hpp"

namespace drover {
namespace {

std::vector<std::string> names_of(const RouterConfig& config) {
    std::vector<std::string> names;
    for (const RouterAgent& agent : config.agents) {
        names.push_back(agent.name);
    }
    return names;
}

Presence presence_of(std::string_view state) {
    if (state == "running") {
        return Presence::running;
    }
    const bool is_left_out =
        state == "disabled" || state == "scheduled" || state == "stopped" || state == "completed";
    return is_left_out ? Presence::absent : Presence::expected;
}

/// Whether no process stands behind an agent in this state.
bool is_dead(std::string_view state) {
    return presence_of(state) == Presence::absent || state == "failed" || state == "backing_off";
}

}  // namespace

RouterCore::RouterCore(RouterConfig config, RouterOutput& output, std::unique_ptr<SegmentLog> log)
    : config_(std::move(config)),
      output_(output),
      routes_(config_),
      requests_(config_.requests(), static_cast<RequestHands&>(*this)),
      drops_(names_of(config_)) {
    for (std::size_t agent = 0; agent < config_.agents.size(); ++agent) {
        sessions_.emplace_back(ReceiverQueue(config_.queue, config_.window), config_.queue);
    }
    if (config_.has_replay_clock) {
        replay_.emplace(config_.agents.size(), static_cast<ReplayHands&>(*this));
    }
    set_quotas();
    if (log) {
        durable_.emplace(std::move(log), routes_, static_cast<DurableHands&>(*this));
        durable_->take_agents(config_.agents);
        tell_parked();
        restore_replay();
    }
}

void RouterCore::change_fleet(FleetChange change) {
    config_.rules = std::move(change.rules);
    for (RouterAgent& agent : change.join) {
        if (const auto known = config_.find(agent.name)) {
            config_.agents[*known] = std::move(agent);
            sessions_[*known].has_joined = false;
            continue;
        }
        drops_.add(agent.name);
        sessions_.emplace_back(ReceiverQueue(config_.queue, config_.window), config_.queue);
        config_.agents.push_back(std::move(agent));
    }
    for (const std::string& name : change.leave) {
        if (const auto agent = config_.find(name)) {
            config_.agents[*agent].has_left = true;
        }
    }
    for (RouterAgent& agent : config_.agents) {
        const auto quota = change.quotas.find(agent.name);
        agent.quota = quota == change.quotas.end() ? Quota{} : quota->second;
    }
    set_quotas();
    routes_.change(config_);
    if (durable_) {
        durable_->take_agents(config_.agents);
        tell_parked();
    }
    requests_.change_directory(config_.requests());
}

void RouterCore::tell_parked() {
    output_.report_parked(durable_->parked(config_.agents));
}

void RouterCore::open_link(std::uint16_t agent, std::uint32_t incarnation, std::string token) {
    end_session(agent);
    Session& session = sessions_[agent];
    session.phase = Phase::awaiting_hello;
    session.incarnation = incarnation;
    session.token = std::move(token);
    session.was_warned = false;
    session.was_declined = false;
    send_urgent(agent, control_to_frame(WelcomeBody{config_.epoch}));
}

void RouterCore::end_life(std::uint16_t agent) {
    end_session(agent);
    Session& session = sessions_[agent];
    session.phase = session.phase == Phase::closed || session.phase == Phase::awaiting_hello
                        ? Phase::closed
                        : Phase::ended;
    // Under a replay clock requests in the FIFO wait for an agent that comes back.
    requests_.lose_server(
        agent, replay_ && presence_of(session.state) != Presence::absent, "it is " + session.state);
    session.held.clear();
}

void RouterCore::end_session(std::uint16_t agent) {
    Session& session = sessions_[agent];
    std::uint64_t dropped = session.queue.reset() + session.latest.reset();
    counts_.dropped_link_ended += dropped;
    session.urgent.clear();
    session.is_blocked = false;
    requests_.forget_client(agent);
    requests_.lose_server(agent, true, {});
    drop_unlogged(agent);
    if (replay_) {
        const std::uint64_t before = replay_->lost();
        replay_->link_ended(agent);  // It stays subscribed: the others wait for it.
        dropped += replay_->lost() - before;
    } else {
        routes_.unsubscribe(agent);
    }
    note_lost(agent, dropped, "link_ended", "its link ended before they were handled");
}

void RouterCore::set_state(std::uint16_t agent, std::string_view state) {
    sessions_[agent].state = state;
    if (replay_) {
        replay_->set_presence(agent, presence_of(state));
    }
    if (is_dead(state)) {
        end_life(agent);
    }
    if (!replay_) {
        return;
    }
    if (presence_of(state) == Presence::absent) {
        routes_.unsubscribe(agent);
    }
    finish_turn();
}

void RouterCore::accept_hello(std::uint16_t agent, const HelloBody& hello) {
    end_session(agent);
    const auto admission = admit(agent, hello);
    if (admission && !admission->declined.empty()) {
        log_error(admission->declined);
        sessions_[agent].phase = Phase::awaiting_hello;
        send_urgent(agent, Frame(encode_declined({admission->declined})));
        return;
    }
    for (const std::string& pattern : routes_.subscribe(agent, hello.subscriptions)) {
        log_warning("Agent '" + name_of(agent) + "' asked for '" + pattern +
                    "', which none of its IN ports covers; it will not receive it.");
    }
    sessions_[agent].phase = Phase::open;
    sessions_[agent].has_joined = true;
    if (replay_) {
        replay_->link_opened(agent, hello.fleet_time);
    }
    if (admission) {
        durable_->receivers().open(
            agent, hello, *admission, durable_->publishers().logged(config_.agents[agent].handle));
    }
    send_ready(agent, admission);
    bring_held(agent);
    flush_queue(agent);
}

void RouterCore::accept_message(std::uint16_t agent,
                                Frame& frame,
                                const Route& route,
                                GateMark gate) {
    if (replay_) {
        replay_->publish(agent, ReplayMessage{.frame = std::move(frame), .gate = gate});
        return;
    }
    output_.tap(frame);
    forward(route, frame, gate);
}

bool RouterCore::is_own(std::uint16_t agent,
                        std::uint32_t publisher,
                        std::uint32_t incarnation) const {
    return publisher == config_.agents[agent].handle && incarnation == sessions_[agent].incarnation;
}

std::optional<std::uint16_t> RouterCore::agent_of(const MessageHeader& header) const {
    for (std::uint16_t agent = 0; agent < sessions_.size(); ++agent) {
        if (sessions_[agent].phase == Phase::open &&
            is_own(agent, header.publisher, header.incarnation)) {
            return agent;
        }
    }
    return std::nullopt;
}

void RouterCore::tick(Monotonic now) {
    now_ = now;
    if (const auto health = drops_.tick(now); health && !(durable_ && durable_->is_in_trouble())) {
        output_.report_health(*health);
    }
    for (const Occurrence& occurrence : tally_.take_due(now)) {
        output_.report_occurrence(occurrence);
    }
    if (durable_) {
        durable_->tick(now);
    }
    finish_turn();
}

void RouterCore::finish_turn() {
    if (replay_) {
        replay_->move_on(now_);
    }
    release_waiting();
    report_retired();
    if (!durable_) {
        return;
    }
    durable_->commit();
    if (const auto health = durable_->take_health()) {
        output_.report_health(*health);
    }
}

std::optional<Monotonic> RouterCore::deadline() const {
    std::optional<Monotonic> nearest;
    for (const auto& due : {drops_.deadline(),
                            tally_.deadline(),
                            replay_ ? replay_->deadline() : std::nullopt,
                            durable_ ? durable_->deadline() : std::nullopt}) {
        nearest = due ? std::min(nearest.value_or(*due), *due) : nearest;
    }
    return nearest;
}

void RouterCore::hand_out(std::uint16_t agent, Frame frame) {
    if (!is_control_frame(frame.bytes())) {
        ++counts_.messages_out;
        counts_.bytes_out += frame.size();
    }
    send_urgent(agent, std::move(frame));
}

void RouterCore::waits_for(const std::vector<std::uint16_t>& agents) {
    std::vector<std::string> names;
    for (const std::uint16_t agent : agents) {
        names.push_back(name_of(agent));
    }
    output_.report_waiting(names);
}

void RouterCore::found_endless(std::uint16_t agent, std::int64_t /*time*/) {
    output_.report_health({"unhealthy",
                           "replay.endless",
                           "The replay stands: more than 1,000,000 deliveries within one instant. "
                           "Agent '" +
                               name_of(agent) +
                               "' is part of a cycle in which messages cause each other."});
}

}  // namespace drover
