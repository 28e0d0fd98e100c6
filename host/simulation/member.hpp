/// One simulated agent: its runner, and the runner's way to the others. Only for the sources of
/// Simulation.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/simulation.hpp"

namespace drover {

class Simulation::Member final : public Transport, public AgentObserver {
public:
    Member(Simulation& simulation, std::uint16_t index, SimulatedAgent agent);

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
    void on_log(std::int32_t level, std::string_view text) override;
    void on_health(std::int32_t level, std::string_view code, std::string_view text) override;
    void on_occurrence(const Noted& /*noted*/, std::uint64_t /*count*/) override {
        // Refusals are logged, and a simulation loses nothing.
    }

    [[nodiscard]] AgentRunner& runner() { return runner_; }
    [[nodiscard]] const std::string& name() const { return runner_.setup().name; }
    /// Whether a subscribed port takes messages of `type` on `topic`.
    [[nodiscard]] bool takes(std::string_view topic, std::uint32_t type) const;
    /// Makes this agent, number `index`, a receiver of the route, or one of several that share it.
    void join(Route& route, std::uint16_t index) const;
    /// The route of a message that this agent publishes; made at its topic's first message.
    const Route& route_of(const PublishedMessage& message) {
        const bool is_known =
            message.topic_number < routes_.size() && routes_[message.topic_number] != nullptr;
        return is_known ? *routes_[message.topic_number] : make_route(message);
    }
    /// Finds the receivers of all routes again.
    void redirect();

private:
    static constexpr std::size_t most_warnings = 100;
    const Route& make_route(const PublishedMessage& message);
    [[nodiscard]] std::uint64_t layout_hash_of(std::uint32_t type) const;

    Simulation& simulation_;
    std::uint16_t index_;
    std::vector<std::uint64_t> layout_hashes_;
    std::string instance_of_;
    Sharing sharing_;
    std::vector<RecordKey> keys_;
    /// By the agent's number of the topic; nothing where it has not published on it.
    std::vector<std::unique_ptr<Route>> routes_;
    AgentRunner runner_;
};

}  // namespace drover
