/// What an agent is told of its links, from what droverd says and what its own link knows.
#include "runner/link_watch.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "base/json_value.hpp"
#include "runner/agent_runner.hpp"

namespace drover {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

struct LinkWord {};

}  // namespace

template <>
struct MessageTypeOf<LinkWord> {
    static constexpr const drover_message_type* value = nullptr;
};

namespace {

/// Writes down what it is told.
class LinkFollower final : public Agent {
public:
    static constexpr About about{
        "follower", "1.0.0", "test", "Is told of links", DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr bool follows_links = true;
    static constexpr In<LinkWord> in{0, "in", "in.>", "Anything"};
    static constexpr auto ports = drover::ports(in);

    static inline std::vector<std::string> told;

    void on_link_lost(const Link& link, std::string_view reason) override {
        told.push_back("lost " + name_of(link) + ": " + std::string(reason));
    }
    void on_link_restored(const Link& link) override { told.push_back("back " + name_of(link)); }

private:
    static std::string name_of(const Link& link) {
        return link.is_router() ? "router"
                                : std::string(link.publisher) + " at " + std::to_string(link.port);
    }
};

class UnusedTransport final : public Transport {
public:
    void send(const PublishedMessage&) override {}
    void send_request(const OutgoingRequest&) override {}
    void send_reply(const OutgoingReply&) override {}
    void ask_advance(std::int64_t, std::int64_t, std::uint64_t) override {}
    void wake() override {}
};

class UnusedObserver final : public AgentObserver {
public:
    void on_log(std::int32_t, std::string_view) override {}
    void on_health(std::int32_t, std::string_view, std::string_view) override {}
    void on_occurrence(const Noted&, std::uint64_t) override {}
};

class LinkWatchTest : public ::testing::Test {
protected:
    LinkWatchTest() { start(DROVER_MODE_LIVE); }
    void start(std::uint32_t mode) {
        LinkFollower::told.clear();
        AgentSetup setup;
        setup.name = "follower";
        setup.fleet = "test";
        setup.handle = 3;
        setup.mode = mode;
        setup.description = Bridge<LinkFollower>::description();
        PortSetup port;
        port.flags = DROVER_PORT_IN;
        port.topic = "in.>";
        setup.ports = {port};
        runner_.reset();
        runner_.emplace(setup, transport_, observer_, switch_, page_.layout(), std::nullopt);
        EXPECT_TRUE(runner_->prepare());
        EXPECT_TRUE(runner_->start());
    }
    /// What droverd says, in JSON, and what the agent's own link knows.
    std::vector<std::string> told(const std::string& lost,
                                  const std::string& router,
                                  LinkWatch::RouterLink link = {1, true}) {
        LinkFollower::told.clear();
        watch_.hear(
            parse_json(R"({"do": "links", "lost": [)" + lost + R"(], "router": )" + router + "}")
                .value());
        watch_.tell(*runner_, link);
        return LinkFollower::told;
    }
    std::vector<std::string> later(LinkWatch::RouterLink link) {
        LinkFollower::told.clear();
        watch_.tell(*runner_, link);
        return LinkFollower::told;
    }

    UnusedTransport transport_;
    UnusedObserver observer_;
    KillSwitchPage switch_ = KillSwitchPage::local();
    StatusPage page_ = StatusPage::local();
    std::optional<AgentRunner> runner_;
    LinkWatch watch_;
};

constexpr const char* risk = R"({"publisher": "risk", "ports": [0, 2], "reason": "it failed"})";

TEST_F(LinkWatchTest, tells_each_loss_and_each_return_once) {
    EXPECT_THAT(told(risk, "null"),
                ElementsAre("lost risk at 0: it failed", "lost risk at 2: it failed"));
    EXPECT_THAT(told(risk, "null"), IsEmpty());
    EXPECT_THAT(told("", "null"), ElementsAre("back risk at 0", "back risk at 2"));
    EXPECT_THAT(told("", "null"), IsEmpty());
}

TEST_F(LinkWatchTest, tells_that_the_router_is_gone_until_the_link_has_joined_a_later_one) {
    EXPECT_THAT(told("", R"({"epoch": 4, "reason": "killed"})", {4, true}),
                ElementsAre("lost router: killed"));
    EXPECT_THAT(later({4, true}), IsEmpty()) << "the link does not know yet";
    EXPECT_THAT(told("", "null", {5, false}), IsEmpty()) << "it has not joined yet";
    EXPECT_THAT(later({5, true}), ElementsAre("back router"));
    EXPECT_THAT(later({5, true}), IsEmpty());
}

TEST_F(LinkWatchTest, does_not_tell_of_a_router_that_was_replaced_meanwhile) {
    EXPECT_THAT(told("", R"({"epoch": 4, "reason": "killed"})", {5, true}), IsEmpty());
}

TEST_F(LinkWatchTest, waits_for_the_last_of_several_routers_that_are_lost) {
    EXPECT_THAT(told("", R"({"epoch": 4, "reason": "killed"})", {4, true}),
                ElementsAre("lost router: killed"));
    EXPECT_THAT(told("", R"({"epoch": 5, "reason": "killed"})", {5, true}), IsEmpty());
    EXPECT_THAT(later({6, true}), ElementsAre("back router"));
}

TEST_F(LinkWatchTest, tells_by_the_link_alone_that_the_router_is_gone_and_back) {
    EXPECT_THAT(later({4, true, true}), ElementsAre("lost router: the connection to it has ended"));
    EXPECT_THAT(later({4, true, true}), IsEmpty());
    EXPECT_THAT(later({5, false, false}), IsEmpty()) << "it has not joined yet";
    EXPECT_THAT(later({5, true, false}), ElementsAre("back router"));
    EXPECT_THAT(later({5, true, false}), IsEmpty());
}

TEST_F(LinkWatchTest, tells_that_the_same_router_is_back_unless_droverd_knows_its_end) {
    EXPECT_THAT(later({4, true, true}), Not(IsEmpty()));
    EXPECT_THAT(later({4, true, false}), ElementsAre("back router"));
    EXPECT_THAT(later({4, true, true}), Not(IsEmpty()));
    EXPECT_THAT(told("", R"({"epoch": 4, "reason": "killed"})", {4, true, true}), IsEmpty());
    EXPECT_THAT(later({4, true, false}), IsEmpty()) << "the next one has not said WELCOME yet";
    EXPECT_THAT(later({5, true, false}), ElementsAre("back router"));
}

TEST_F(LinkWatchTest, tells_nothing_of_a_link_that_no_router_has_answered_yet) {
    EXPECT_THAT(later({0, false, true}), IsEmpty());
}

TEST_F(LinkWatchTest, tells_nothing_under_a_replay_clock) {
    start(DROVER_MODE_REPLAY);
    EXPECT_THAT(told(risk, R"({"epoch": 4, "reason": "killed"})"), IsEmpty());
    EXPECT_THAT(later({4, true, true}), IsEmpty());
}

TEST_F(LinkWatchTest, passes_over_what_it_cannot_read) {
    EXPECT_THAT(told(R"({"publisher": "risk"})", "null"), IsEmpty());
    EXPECT_THAT(told(risk, "null"),
                ElementsAre("lost risk at 0: it failed", "lost risk at 2: it failed"));
}

}  // namespace
}  // namespace drover
