// Programs that are no part of a fleet and connect to its sockets.
#include <filesystem>
#include <vector>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "link/agent_link.hpp"
#include "scenarios/durable_flow.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

std::filesystem::path run_directory_of(const FleetUnderTest& fleet) {
    const auto status = parse_json(fleet.drover({"status", "-o", "json"}).output);
    return status ? status.value().at("supervisor").at("run_directory").get<std::string>() : "";
}

/// A ZeroMQ DEALER at every link that an agent has, as its own end is one.
class StrangersAtLinks {
public:
    explicit StrangersAtLinks(const std::filesystem::path& run_directory) {
        for (const auto& entry : std::filesystem::directory_iterator(run_directory)) {
            const bool is_link = entry.path().extension().string().size() > 1;  // NAME.LIFE
            if (entry.is_socket() && is_link) {
                auto link = AgentLink::connect(context_, "ipc://" + entry.path().string());
                EXPECT_TRUE(link);
                links_.push_back(std::move(link.value()));
            }
        }
    }
    [[nodiscard]] std::size_t count() const { return links_.size(); }
    /// How many of them have got a frame, or could give one away.
    [[nodiscard]] std::size_t connected() {
        std::size_t connected = 0;
        for (AgentLink& link : links_) {
            Frame frame;
            Frame given(16);
            connected +=
                link.receive(frame) == LinkStatus::done || link.send(given) == LinkStatus::done
                    ? 1U
                    : 0U;
        }
        return connected;
    }

private:
    LinkContext context_ = std::move(LinkContext::open().value());
    std::vector<AgentLink> links_;
};

TEST(Strangers, at_the_links_of_agents_take_no_durable_message_from_them) {
    const FleetUnderTest fleet;
    fleet.write_agents(
        durable_flow_agents("count: 10000, burst: 2", ", replicas: 2, distribution: {by_key: key}"),
        durable_flow_rules());
    fleet.up();
    StrangersAtLinks strangers(run_directory_of(fleet));
    EXPECT_EQ(strangers.count(), 4U);
    EXPECT_TRUE(has_handled(fleet, 10000));
    EXPECT_EQ(strangers.connected(), 0U);
}

}  // namespace
}  // namespace drover::scenarios
