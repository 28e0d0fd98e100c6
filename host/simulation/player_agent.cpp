#include "simulation/player_agent.hpp"

#include <algorithm>
#include <utility>

#include "runner/borrowed.hpp"

namespace drover {
namespace {

constexpr std::uint64_t move_token = 1;
constexpr std::uint64_t more_token = 2;
constexpr std::uint64_t timer_id = 1;
/// A person's patience in a simulation; the recorded answer came long before.
constexpr std::int64_t request_timeout = 3'600'000'000'000;

}  // namespace

/// The C table; `agent` is the player.
struct PlayerAgent::Table {
    static PlayerAgent& of(void* agent) { return *static_cast<PlayerAgent*>(agent); }

    static drover_status create(const drover_agent_description* description,
                                const drover_host* host,
                                void** agent) {
        // The description is the first member of the player's About.
        PlayerAgent* const player = reinterpret_cast<const About*>(description)->player;
        player->host_ = host;
        *agent = player;
        return DROVER_OK;
    }
    static void destroy(void* /*agent*/) {
        // It belongs to who made it.
    }
    static drover_status start(void* agent) { return of(agent).start(); }
    static void on_timer(void* agent,
                         std::uint64_t /*id*/,
                         std::int64_t /*due*/,
                         std::uint32_t /*missed*/) {
        of(agent).act();
    }
    static void on_post(void* agent, std::uint64_t token) {
        if (token == move_token) {
            of(agent).moved();
        } else {
            of(agent).act();
        }
    }
    static void on_reply(void* /*agent*/, const drover_reply* /*reply*/) {
        // Whoever asked has had the answer when it was recorded.
    }
};

PlayerAgent::PlayerAgent(std::vector<OutsideInput> inputs,
                         bool owns_clock,
                         std::int64_t last_time,
                         PlayerPorts ports)
    : inputs_(std::move(inputs)),
      owns_clock_(owns_clock),
      last_time_(last_time),
      ports_(std::move(ports)) {
    static constexpr drover_agent_functions functions{sizeof(drover_agent_functions),
                                                      0,
                                                      &Table::create,
                                                      &Table::destroy,
                                                      nullptr,
                                                      &Table::start,
                                                      nullptr,
                                                      nullptr,
                                                      &Table::on_timer,
                                                      &Table::on_post,
                                                      nullptr,
                                                      nullptr,
                                                      &Table::on_reply,
                                                      nullptr};
    about_.raw.size = sizeof about_.raw;
    about_.raw.name = "player";
    about_.raw.functions = &functions;
    about_.player = this;
}

drover_status PlayerAgent::start() {
    clock_ = static_cast<const drover_replay_clock_v1*>(
        host_->get_extension(host_, DROVER_EXTENSION_REPLAY_CLOCK));
    plan_next();
    return DROVER_OK;
}

/// When it acts next: as the clock's owner once for each recorded callback, because what one of
/// them published was settled before the next one came.
void PlayerAgent::plan_next() {
    const bool has_more = next_ < inputs_.size();
    if (owns_clock_) {
        const std::int64_t now = host_->now(host_);
        if (has_more) {
            group_ = inputs_[next_].callback;
            (void)clock_->advance(host_, std::max(inputs_[next_].time, now), 0, move_token);
        } else if (!std::exchange(is_last_move_, true)) {
            (void)clock_->advance(host_, std::max(last_time_, now), 0, move_token);
        }
    } else if (has_more) {
        group_ = inputs_[next_].callback;
        (void)host_->timer_set(host_, timer_id, inputs_[next_].time, 0);
    }
}

void PlayerAgent::moved() {
    if (is_due()) {
        act();
    }
}

bool PlayerAgent::is_due() const {
    return next_ < inputs_.size() && inputs_[next_].callback == group_ &&
           inputs_[next_].time <= host_->now(host_);
}

/// One thing in one callback, so that messages that were two stay two.
void PlayerAgent::act() {
    publish(inputs_[next_]);
    ++next_;
    if (is_due()) {
        (void)host_->post(host_, more_token);
    } else {
        plan_next();
    }
}

void PlayerAgent::publish(const OutsideInput& input) {
    if (input.gate) {
        ports_.set_gate(*input.gate);
        return;
    }
    if (input.rules) {
        ports_.set_rules(*input.rules);
        return;
    }
    if (!input.message) {
        (void)host_->request(host_,
                             ports_.ask(input.agent, input.port),
                             borrowed(input.agent),
                             {input.request.data(), input.request.size()},
                             request_timeout,
                             0);
        return;
    }
    const RecordedMessage message = input.message->message();
    std::uint32_t topic = 0;
    const drover_status found =
        host_->topic(host_, ports_.out(message.header.type), borrowed(message.topic), &topic);
    if (found >= 0) {
        (void)host_->publish(host_,
                             topic,
                             message.header.event_time,
                             message.payload.data(),
                             message.header.count,
                             message.payload.size(),
                             nullptr);
    }
}

}  // namespace drover
