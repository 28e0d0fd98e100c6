/// A replay gives an agent what the recording says: its store, its random numbers, its quota's
/// refusals and the rules as they were.
#include "runner/recorded_callbacks.hpp"

#include "tests/host/runner/durable_agent.hpp"

namespace drover {
namespace {

struct RecordedAgentTest : DurableAgentTest {
    RecordedCallbacks begin(AgentSetup made) {
        runner.emplace(
            std::move(made), transport, observer, kill_switch, page.layout(), std::nullopt);
        return RecordedCallbacks(*runner);
    }
    static void give(RecordedCallbacks& agent, std::int64_t value) {
        const Number amount{value};
        RecordedMessage message;
        message.topic = "in.x";
        message.header.type = 1;
        message.header.id = {9, 1, 1};
        message.header.count = 1;
        message.header.record_size = sizeof amount;
        message.payload = std::as_bytes(std::span(&amount, 1));
        agent.message(message, "other");
    }
};

TEST_F(RecordedAgentTest, goes_on_with_the_random_numbers_of_an_earlier_life) {
    RandomGenerator numbers(seed_of("test", "adder"));
    (void)numbers.next();
    AgentSetup made = setup(2);
    made.random = numbers.state();
    RecordedCallbacks agent = begin(std::move(made));
    ASSERT_TRUE(runner->prepare());
    ASSERT_TRUE(agent.start());
    give(agent, 1);
    ASSERT_EQ(transport.left.size(), 2U);
    EXPECT_EQ(transport.left[1].value, static_cast<std::int64_t>(numbers.next() >> 1U));
}

TEST_F(RecordedAgentTest, finds_in_its_store_what_it_found_when_it_was_recorded) {
    RecordedCallbacks agent = begin(setup(1));
    ASSERT_TRUE(runner->prepare());
    ASSERT_TRUE(agent.start());
    std::string found;
    Adder::present->message_seen = [&](const Message&) {
        found += Adder::present->store().get("key").value_or("nothing") + " ";
        Adder::present->store().put("key", "own");
    };
    agent.stored({false, "key", ""});
    give(agent, 1);
    agent.stored({true, "key", "of the file"});
    give(agent, 1);
    EXPECT_EQ(found, "nothing own ");
    Adder::present->message_seen = [&](const Message&) {
        found += Adder::present->store().get("other").value_or("nothing");
    };
    agent.stored({true, "other", "of the file"});
    give(agent, 1);
    EXPECT_EQ(found, "nothing own of the file");
}

TEST_F(RecordedAgentTest, is_refused_the_publications_that_were_refused) {
    RecordedCallbacks agent = begin(setup(1));
    ASSERT_TRUE(runner->prepare());
    ASSERT_TRUE(agent.start());
    std::vector<drover_status> statuses;
    std::string sentence;
    Adder::present->message_seen = [&](const Message&) {
        for (std::int64_t call = 1; call <= 3; ++call) {
            statuses.push_back(Adder::present->say("out.stream", call));
            if (statuses.back() < 0) {
                sentence = Adder::present->last_error();
            }
        }
    };
    agent.judged({2, DROVER_E_QUOTA, "beyond the quota"});
    give(agent, 1);
    EXPECT_EQ(statuses, (std::vector<drover_status>{DROVER_OK, DROVER_E_QUOTA, DROVER_OK}));
    EXPECT_EQ(sentence, "beyond the quota");
    statuses.clear();
    give(agent, 1);
    EXPECT_EQ(statuses, (std::vector<drover_status>{DROVER_OK, DROVER_OK, DROVER_OK}))
        << "a verdict is of one callback";
}

TEST_F(RecordedAgentTest, hears_of_a_switch_that_was_moved_within_a_callback_as_it_did) {
    AgentSetup made = setup(1);
    made.rules.front().gated = true;
    RecordedCallbacks agent = begin(std::move(made));
    ASSERT_TRUE(runner->prepare());
    ASSERT_TRUE(agent.start());
    std::vector<drover_status> statuses;
    Adder::present->message_seen = [&](const Message&) {
        statuses.push_back(Adder::present->say("out.stream", 1));
        statuses.push_back(Adder::present->say("out.stream", 2));
    };
    agent.judged({2, DROVER_E_GATED, "engaged"});
    give(agent, 1);
    ASSERT_TRUE(kill_switch.write(true, "", ""));
    agent.judged({1, DROVER_OK, ""});
    give(agent, 1);
    EXPECT_EQ(statuses,
              (std::vector<drover_status>{DROVER_OK, DROVER_E_GATED, DROVER_OK, DROVER_E_GATED}));
}

TEST_F(RecordedAgentTest, has_the_rules_that_were_applied_in_the_middle) {
    RecordedCallbacks agent = begin(setup(1));
    ASSERT_TRUE(runner->prepare());
    ASSERT_TRUE(agent.start());
    agent.rules({R"([{"pattern":"out.>","publishers":["somebody"]}])"});
    std::string sentence;
    Adder::present->message_seen = [&](const Message&) {
        try {
            (void)Adder::present->topic(Adder::out, "out.other");
        } catch (const Failure& failure) {
            sentence = failure.what();
        }
    };
    give(agent, 1);
    EXPECT_NE(sentence.find("it is not among the publishers of 'out.>'"), std::string::npos)
        << sentence;
}

}  // namespace
}  // namespace drover
