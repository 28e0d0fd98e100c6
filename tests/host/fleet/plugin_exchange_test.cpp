/// Which plugin may be tried in the place of another one.
#include "fleet/plugin_exchange.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/description.h>

namespace drover {
namespace {

using ::testing::HasSubstr;

constexpr const char* schema =
    R"({"type":"object","additionalProperties":false,"properties":{"limit":{"type":"integer"}}})";

LibraryDescription library_of(const std::string& build) {
    LibraryDescription library;
    library.file = "/" + build + ".so";
    library.build_id = build;
    AgentDescription agent;
    agent.name = "risk";
    agent.config_schema = schema;
    agent.ports.push_back({"advice", DROVER_PORT_IN, "advice.>", nullptr, nullptr, ""});
    agent.ports.push_back({"orders", DROVER_PORT_OUT, "order.>", nullptr, nullptr, ""});
    library.agents = {agent};
    return library;
}

/// A fleet whose only plugin is described by hand.
class PluginExchange : public ::testing::Test {
protected:
    PluginExchange() {
        AgentConfig agent;
        agent.name = "desk-risk";
        agent.plugin_file = "/old.so";
        agent.config_json = R"({"limit":3})";
        fleet_.config.file = "/desk/agents.yaml";
        fleet_.config.agents = {agent};
        auto library = std::make_shared<const LibraryDescription>(library_of("old"));
        fleet_.agents = {{library, library->agents.data(), std::nullopt, {}}};
    }
    [[nodiscard]] Result<FleetEntry> exchange(const LibraryDescription& library) const {
        return exchange_plugin(
            fleet_, "desk-risk", library.file, std::make_shared<const LibraryDescription>(library));
    }
    [[nodiscard]] std::string refusal_of(const LibraryDescription& library) const {
        const auto entry = exchange(library);
        return entry ? "taken" : entry.error().message;
    }

    PreparedFleet fleet_;
    LibraryDescription next_ = library_of("new");
};

TEST_F(PluginExchange, gives_the_agent_its_new_plugin_and_keeps_the_rest) {
    const auto entry = exchange(next_);
    ASSERT_TRUE(entry) << entry.error().message;
    EXPECT_EQ(entry.value().config.plugin_file, "/new.so");
    EXPECT_EQ(entry.value().config.config_json, R"({"limit":3})");
    EXPECT_EQ(entry.value().prepared.library->build_id, "new");
    const auto before = entry_of(fleet_, "desk-risk");
    put_entry(fleet_, entry.value());
    EXPECT_EQ(fleet_.config.agents[0].plugin_file, "/new.so");
    ASSERT_TRUE(before);
    put_entry(fleet_, *before);
    EXPECT_EQ(fleet_.config.agents[0].plugin_file, "/old.so");
    EXPECT_FALSE(entry_of(fleet_, "nobody"));
}

TEST_F(PluginExchange, chooses_the_agent_by_the_name_that_runs) {
    AgentDescription other = next_.agents.front();
    other.name = "other";
    next_.agents.insert(next_.agents.begin(), other);
    const auto entry = exchange(next_);
    ASSERT_TRUE(entry) << entry.error().message;
    EXPECT_EQ(entry.value().config.agent, "risk");
    EXPECT_EQ(entry.value().prepared.description->name, "risk");
}

TEST_F(PluginExchange, refuses_what_is_not_known_and_what_has_instances) {
    const auto unknown =
        exchange_plugin(fleet_, "desk-rsk", "/new.so", Error{ErrorKind::invalid, ""});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().kind, ErrorKind::not_found);
    EXPECT_THAT(unknown.error().message, HasSubstr("desk-risk"));
    fleet_.config.agents[0].instance_of = "workers";
    EXPECT_THAT(refusal_of(next_), HasSubstr("'workers' has 'replicas'"));
}

TEST_F(PluginExchange, refuses_the_file_that_runs_already) {
    next_.file = "/old.so";
    EXPECT_THAT(refusal_of(next_), HasSubstr("already"));
}

TEST_F(PluginExchange, refuses_a_library_that_cannot_be_loaded_or_lacks_the_agent) {
    const auto broken = exchange_plugin(
        fleet_, "desk-risk", "/new.so", Error{ErrorKind::invalid, "It was built elsewhere."});
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().message, "It was built elsewhere. Nothing has changed.");
    next_.agents[0].name = "hazard";
    EXPECT_THAT(refusal_of(next_), HasSubstr("no agent 'risk'; it has: hazard."));
}

TEST_F(PluginExchange, refuses_a_schema_that_does_not_take_the_config) {
    next_.agents[0].config_schema =
        R"({"type":"object","required":["units"],"properties":{"limit":{"type":"integer"}}})";
    EXPECT_THAT(refusal_of(next_), HasSubstr("units"));
    EXPECT_THAT(refusal_of(next_), HasSubstr("Nothing has changed."));
}

TEST_F(PluginExchange, refuses_ports_that_the_router_does_not_know) {
    const LibraryDescription good = next_;
    next_.agents[0].ports.pop_back();
    EXPECT_THAT(refusal_of(next_), HasSubstr("no port 'orders' (order.>) any more"));
    next_ = good;
    next_.agents[0].ports.push_back({"alerts", DROVER_PORT_OUT, "alert.>", nullptr, nullptr, ""});
    EXPECT_THAT(refusal_of(next_), HasSubstr("port 'alerts' (alert.>) is new"));
    next_ = good;
    next_.agents[0].ports[1].topic = "order.submit.>";
    EXPECT_THAT(refusal_of(next_), HasSubstr("port 'orders' has another topic"));
    next_ = good;
    std::swap(next_.agents[0].ports[0], next_.agents[0].ports[1]);
    EXPECT_THAT(refusal_of(next_), HasSubstr("another order"));
}

}  // namespace
}  // namespace drover
