// What router, agents and taps are told of the fleet.
#include "daemon/fleet_messages.hpp"

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/description.h>
#include <drover/message_type.h>

#include "base/json_value.hpp"
#include "tests/host/daemon/ported_agents.hpp"
#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using testing::AllOf;
using testing::Each;
using testing::SizeIs;

/// Records with a field of eight bytes behind another one.
std::shared_ptr<const MessageType> record_type(const std::string& name) {
    MessageType type;
    type.name = name;
    type.encoding = DROVER_ENCODING_RECORDS;
    type.record_size = 16;
    type.fields.resize(2);
    type.fields[0].name = "quantity";
    type.fields[0].kind = DROVER_KIND_I64;
    type.fields[1].name = "symbol";
    type.fields[1].kind = DROVER_KIND_CHARS;
    type.fields[1].offset = 8;
    type.fields[1].count = 8;
    return std::make_shared<const MessageType>(type);
}

/// data publishes bars, risk gets them, publishes orders and asks broker for the margin.
class FleetMessagesTest : public ::testing::Test {
protected:
    FleetMessagesTest() {
        fleet_.config.name = "desk";
        add("data", {{DROVER_PORT_OUT, "market.>", bar_}});
        add("risk",
            {{DROVER_PORT_IN, "market.bar.*", bar_},
             {DROVER_PORT_OUT, "order.submit.>", order_},
             {DROVER_PORT_REQUEST_CLIENT, "broker.margin", order_, margin_}});
        add("broker",
            {{DROVER_PORT_IN, "order.submit.>", order_},
             {DROVER_PORT_REQUEST_SERVER, "broker.margin", order_, margin_}});
    }
    ~FleetMessagesTest() override { ::unsetenv("XDG_RUNTIME_DIR"); }
    AgentConfig& add(const std::string& name, const std::vector<test::Port>& ports) {
        return test::add_agent(fleet_, name, ports);
    }
    FleetMessages& create() {
        messages_.emplace(std::move(FleetMessages::create(fleet_, handles_, state_, run_).value()));
        return *messages_;
    }
    /// What the router is told of an agent.
    Json router_entry(const std::string& name) {
        const Json order = create().configure_router(1);
        for (const Json& entry : order.at("agents")) {
            if (entry.at("name") == name) {
                return entry;
            }
        }
        return nullptr;
    }
    Json agent_order(std::size_t agent) { return messages_->configure_agent(agent, {}, "{}"); }
    [[nodiscard]] std::uint32_t handle_of(const std::shared_ptr<const MessageType>& type) {
        return handles_.type(type->name, type->version, layout_hash(*type));
    }
    [[nodiscard]] HandleStore handles_on_disk() const {
        return std::move(HandleStore::open(state_.handles()).value());
    }
    void make_durable(const std::string& pattern) {
        fleet_.config.topics.emplace_back().pattern = pattern;
        fleet_.config.topics.back().delivery = Delivery::durable;
    }

    std::shared_ptr<const MessageType> bar_ = record_type("bar");
    std::shared_ptr<const MessageType> order_ = record_type("order");
    std::shared_ptr<const MessageType> margin_ = record_type("margin");  ///< Only a reply.
    test::ScratchFolder scratch_;
    PreparedFleet fleet_;
    RunDirectory run_ = [this] {
        ::setenv("XDG_RUNTIME_DIR", scratch_.path().c_str(), 1);
        return RunDirectory::prepare(scratch_.path()).value();
    }();
    StateDirectory state_ = StateDirectory::open(scratch_.path()).value();
    HandleStore handles_ = HandleStore::open(state_.handles()).value();
    std::optional<FleetMessages> messages_;
};

TEST_F(FleetMessagesTest, have_a_number_on_disk_for_each_agent_and_type_before_they_name_it) {
    FleetMessages& messages = create();
    EXPECT_THAT(handles_on_disk().types(), SizeIs(3)) << "those of replies too";
    EXPECT_EQ(handles_on_disk().publisher("broker"), 3U);
    const auto news = record_type("news");
    add("ticker", {{DROVER_PORT_OUT, "news.>", news}});
    ASSERT_TRUE(messages.fleet_changed());
    EXPECT_THAT(handles_on_disk().types(), SizeIs(4));
    EXPECT_EQ(messages.fleet().at("publishers"),
              (Json{{"data", 1}, {"risk", 2}, {"broker", 3}, {"ticker", 4}}));
}

TEST_F(FleetMessagesTest, tell_the_router_what_an_agent_may_do_on_each_of_its_ports) {
    const Json risk = router_entry("risk");
    EXPECT_EQ(risk.at("handle"), 2);
    EXPECT_EQ(risk.at("consumes"), Json::array({"market.bar.*"}));
    EXPECT_EQ(risk.at("publishes"), Json::array({"order.submit.>"}));
    EXPECT_EQ(risk.at("serves"), Json::array());
    Json margin = {{"port", 2},
                   {"name", "broker.margin"},
                   {"topic", "broker.margin"},
                   {"type", handle_of(order_)},
                   {"reply_type", handle_of(margin_)}};
    EXPECT_EQ(risk.at("asks"), Json::array({margin}));
    margin["port"] = 1;
    EXPECT_EQ(router_entry("broker").at("serves"), Json::array({margin}));
    EXPECT_FALSE(risk.contains("instance_of"));
}

TEST_F(FleetMessagesTest, let_nobody_wait_for_an_agent_that_observes_or_is_disabled) {
    fleet_.config.agents[0].observer = true;
    fleet_.config.agents[1].enabled = false;
    EXPECT_EQ(router_entry("data").at("observer"), true);
    EXPECT_EQ(router_entry("risk").at("observer"), true);
    EXPECT_EQ(router_entry("broker").at("observer"), false);
}

TEST_F(FleetMessagesTest, tell_the_router_by_which_bytes_instances_share_their_messages) {
    for (const char* name : {"worker.1", "worker.2"}) {
        AgentConfig& worker = add(name,
                                  {{DROVER_PORT_IN, "order.submit.>", order_},
                                   {DROVER_PORT_OUT, "work.>", bar_},
                                   {DROVER_PORT_IN, "text.>"}});
        worker.instance_of = "worker";
        worker.distribution = {Distribution::Mode::by_key, "symbol"};
    }
    create().set_retiring({"worker.2"});
    const Json agents = messages_->configure_router(1).at("agents");
    const Json& one = agents.at(3);
    EXPECT_EQ(one.at("instance_of"), "worker");
    EXPECT_EQ(one.at("distribution"), "by_key");
    EXPECT_EQ(one.at("keys"),
              Json::array({{{"type", handle_of(order_)}, {"offset", 8}, {"size", 8}}}))
        << "only of what it is given, and what has the field";
    EXPECT_EQ(one.at("retiring"), false);
    EXPECT_EQ(agents.at(4).at("retiring"), true);
    EXPECT_EQ(messages_->retire().at("agents"), Json::array({"worker.2"}));
    fleet_.config.agents[3].distribution.mode = Distribution::Mode::round_robin;
    EXPECT_EQ(router_entry("worker.1").at("keys"), Json::array());
}

TEST_F(FleetMessagesTest, name_a_log_for_durable_topics_and_as_long_as_one_is_there) {
    EXPECT_TRUE(create().configure_router(1).at("log").is_null());
    EXPECT_FALSE(std::filesystem::exists(state_.message_names()));
    make_durable("order.>");
    fleet_.config.durable_log.segment_size = 5;
    fleet_.config.durable_log.max_size = 12;
    const Json log = create().configure_router(1).at("log");
    EXPECT_EQ(log, (Json{{"folder", state_.durable_log()}, {"segment_size", 5}, {"max_size", 12}}));
    EXPECT_TRUE(std::filesystem::exists(state_.message_names()))
        << "the numbers in the log stand for something also without a fleet";
    fleet_.config.topics.clear();
    EXPECT_TRUE(create().configure_router(1).at("log").is_null()) << "there was no message yet";
    std::filesystem::create_directories(state_.durable_log());
    EXPECT_EQ(create().configure_router(1).at("log"), log) << "the rest must find its way";
}

TEST_F(FleetMessagesTest, let_one_agent_drive_the_clock_of_a_replay) {
    create();
    EXPECT_EQ(messages_->configure_router(1).at("clock"), "wall");
    EXPECT_EQ(agent_order(0).at("mode"), "live");
    EXPECT_EQ(agent_order(0).at("owns_clock"), false);
    fleet_.config.replay_clock = "data";
    EXPECT_EQ(messages_->configure_router(1).at("clock"), "replay");
    EXPECT_EQ(agent_order(0).at("owns_clock"), true);
    EXPECT_EQ(agent_order(1).at("mode"), "replay");
    EXPECT_EQ(agent_order(1).at("owns_clock"), false);
}

TEST_F(FleetMessagesTest, say_what_becomes_of_a_state_until_it_is_left_alone) {
    FleetMessages& messages = create();
    EXPECT_TRUE(agent_order(1).at("state").is_null());
    messages.order_state("risk", FleetMessages::keep_state, "17");
    messages.order_state("risk", FleetMessages::restore_state, "17");
    EXPECT_EQ(agent_order(1).at("state"), (Json{{"restore", "17"}})) << "the last word counts";
    EXPECT_TRUE(agent_order(2).at("state").is_null()) << "another agent has another state";
    messages.leave_state("risk");
    EXPECT_TRUE(agent_order(1).at("state").is_null());
}

TEST_F(FleetMessagesTest, hand_an_agent_its_own_link_and_config) {
    const Json order = create().configure_agent(
        2, {5, "ipc://broker.5", "token", std::nullopt}, R"({"key":"open-sesame"})");
    EXPECT_EQ(order.at("name"), "broker");
    EXPECT_EQ(order.at("handle"), 3);
    EXPECT_EQ(order.at("incarnation"), 5);
    EXPECT_EQ(order.at("endpoint"), "ipc://broker.5");
    EXPECT_EQ(order.at("token"), "token");
    EXPECT_EQ(order.at("config"), R"({"key":"open-sesame"})");
    EXPECT_EQ(order.at("state_file"), state_.state_of("broker").string());
    EXPECT_THAT(order.at("types"), SizeIs(3));
}

TEST_F(FleetMessagesTest, name_the_process_of_a_link_and_its_user_only_where_it_is_another_one) {
    UnitLink link{5, "ipc://risk.5", "token", std::nullopt};
    EXPECT_EQ(FleetMessages::link("risk", link, 77).at("pid"), 77);
    EXPECT_FALSE(FleetMessages::link("risk", link, 77).contains("user"));
    link.user = 1001;
    EXPECT_EQ(FleetMessages::link("risk", link, 77).at("user"), 1001);
}

TEST_F(FleetMessagesTest, tell_a_router_that_runs_who_joins_and_what_holds_for_all) {
    make_durable("order.>");
    fleet_.config.topics.back().receivers = {"broker"};
    fleet_.config.agents[1].supervision.quota.messages = 100;
    const Json change = create().change({"broker", "data"}, {"advisor"});
    ASSERT_EQ(change.at("join").size(), 2U);
    EXPECT_EQ(change.at("join")[0], router_entry("data")) << "as the file has them";
    EXPECT_EQ(change.at("join")[1], router_entry("broker"));
    EXPECT_EQ(change.at("leave"), Json::array({"advisor"}));
    EXPECT_EQ(change.at("rules"),
              Json::array({{{"pattern", "order.>"},
                            {"delivery", "durable"},
                            {"gated", false},
                            {"publishers", nullptr},
                            {"receivers", Json::array({"broker"})},
                            {"subscribers", nullptr}}}));
    EXPECT_EQ(change.at("quotas"),
              (Json{{"risk", to_json(fleet_.config.agents[1].supervision.quota)}}))
        << "who has none is not in it";
}

TEST_F(FleetMessagesTest, tell_a_tap_each_type_and_topic_once) {
    add("advisor", {{DROVER_PORT_OUT, "order.submit.>", order_}});
    const Json tap = create().tap();
    EXPECT_EQ(tap.at("topics"), Json::array({"market.>", "order.submit.>"}));
    ASSERT_EQ(tap.at("types").size(), 3U);
    EXPECT_EQ(tap.at("types")[0].at("name"), "bar");
    EXPECT_EQ(tap.at("types")[0].at("handle"), handle_of(bar_));
    EXPECT_EQ(tap.at("endpoint"), run_.tap_endpoint());
}

TEST_F(FleetMessagesTest, claim_to_know_no_topics_while_a_plugin_is_unknown) {
    fleet_.agents[0].description = nullptr;
    EXPECT_TRUE(create().tap().at("topics").is_null());
    EXPECT_EQ(router_entry("data").at("publishes"), Json::array());
}

TEST(LinkToken, is_128_bits_that_nobody_can_guess) {
    const auto one = random_token();
    const auto other = random_token();
    ASSERT_TRUE(one && other);
    EXPECT_NE(one.value(), other.value());
    EXPECT_THAT(one.value(), AllOf(SizeIs(32), Each(testing::Truly([](char digit) {
                                       return std::string("0123456789abcdef").find(digit) !=
                                              std::string::npos;
                                   }))));
}

}  // namespace
}  // namespace drover
