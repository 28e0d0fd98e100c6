/// The verbs that ask droverd, against one that answers as told.
#include <algorithm>

#include <gmock/gmock.h>

#include "command/control_client.hpp"
#include "fake_droverd.hpp"
#include "process/state_lock.hpp"

namespace drover::test {

using testing::HasSubstr;
using testing::Not;

namespace {

struct ControlVerbs : testing::Test {
    CommandResult drover(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"--state-dir", folder.state().string()});
        return run_drover(std::move(arguments));
    }
    CommandFolder folder;
};

/// Answers status with the documents in turn, the last one for ever, and takes every wish.
Answers statuses(std::vector<Json> documents) {
    return
        [documents, turn = std::size_t{0}](const std::string& method, const Json& params) mutable {
            if (method == "status") {
                const Json document = documents[std::min(turn, documents.size() - 1)];
                ++turn;
                return good(document);
            }
            return good({{"agents", value_or<Json>(params, "names", Json::array({"risk"}))}});
        };
}

}  // namespace

TEST_F(ControlVerbs, answer_4_and_how_to_start_one_where_no_droverd_runs) {
    for (const std::vector<std::string>& verb : {std::vector<std::string>{"status"},
                                                 {"start", "risk"},
                                                 {"stop", "--all"},
                                                 {"restart", "risk"},
                                                 {"down"},
                                                 {"describe", "risk"},
                                                 {"tap", ">"}}) {
        const CommandResult result = drover(verb);
        EXPECT_EQ(result.exit_code, 4) << verb.front();
        EXPECT_THAT(result.errors, HasSubstr("drover up")) << verb.front();
    }
}

TEST_F(ControlVerbs, wait_for_a_droverd_that_has_the_state_directory_and_does_not_listen) {
    using std::chrono::milliseconds;
    const auto unlocked = ControlClient::connect(folder.state(), milliseconds(20));
    ASSERT_FALSE(unlocked);
    EXPECT_EQ(unlocked.error().kind, ErrorKind::unavailable);
    const auto lock = StateLock::take(folder.state());
    ASSERT_TRUE(lock);
    const auto starting = ControlClient::connect(folder.state(), milliseconds(20));
    ASSERT_FALSE(starting);
    EXPECT_EQ(starting.error().kind, ErrorKind::timed_out);
    EXPECT_THAT(starting.error().message,
                HasSubstr("droverd (pid " + std::to_string(::getpid()) + ") has the state"));
    EXPECT_THAT(starting.error().message, HasSubstr("within 20 ms: it starts, is being replaced"));
    const auto impatient = ControlClient::connect(folder.state(), ControlClient::no_patience);
    ASSERT_FALSE(impatient);
    EXPECT_EQ(impatient.error().kind, ErrorKind::unavailable);
    const FakeDroverd droverd(folder.state(), statuses({status_of({})}));
    EXPECT_TRUE(ControlClient::connect(folder.state()));
}

TEST_F(ControlVerbs, print_the_document_of_droverd_unchanged_as_json) {
    const Json document = status_of({agent("risk", "running", "healthy", "running", 77)});
    const FakeDroverd droverd(folder.state(), statuses({document}));
    const CommandResult result = drover({"status", "-o", "json"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.output, to_line(document) + "\n");
}

TEST_F(ControlVerbs, answer_3_only_when_an_agent_that_was_named_is_in_trouble) {
    const FakeDroverd droverd(
        folder.state(),
        statuses({status_of({agent("risk", "failed", "unknown", "it broke"),
                             agent("data", "running", "unhealthy", "silent", 1),
                             agent("desk", "running", "hung", "busy", 2),
                             agent("broker", "backing_off", "unknown", "x"),
                             agent("view", "running", "degraded", "x", 3)})}));
    EXPECT_EQ(drover({"status"}).exit_code, 0);
    for (const char* name : {"risk", "data", "desk"}) {
        EXPECT_EQ(drover({"status", name}).exit_code, 3) << name;
    }
    for (const char* name : {"broker", "view"}) {
        EXPECT_EQ(drover({"status", name}).exit_code, 0) << name;
    }
}

TEST_F(ControlVerbs, pass_on_which_names_are_asked_for) {
    Json asked;
    const FakeDroverd droverd(folder.state(), [&](const std::string&, const Json& params) {
        asked = params;
        return good(status_of({}));
    });
    (void)drover({"status", "risk", "broker"});
    EXPECT_EQ(asked, Json({{"names", {"risk", "broker"}}}));
}

TEST_F(ControlVerbs, answer_2_and_the_sentence_of_droverd_to_a_name_it_does_not_know) {
    const FakeDroverd droverd(folder.state(), [](const std::string& method, const Json&) {
        return method == "status" ? good(status_of({}))
                                  : bad(-32602, "There is no 'riks'. Did you mean 'risk'?");
    });
    for (const char* verb : {"start", "stop", "restart", "describe"}) {
        const CommandResult result = drover({verb, "riks"});
        EXPECT_EQ(result.exit_code, 2) << verb;
        EXPECT_EQ(result.errors, "drover: There is no 'riks'. Did you mean 'risk'?\n") << verb;
    }
}

TEST_F(ControlVerbs, answer_1_to_what_droverd_refuses) {
    const FakeDroverd droverd(folder.state(), [](const std::string& method, const Json&) {
        return method == "status" ? good(status_of({})) : bad(-32001, "'risk' is disabled.");
    });
    EXPECT_EQ(drover({"start", "risk"}).exit_code, 1);
}

TEST_F(ControlVerbs, wait_until_an_agent_that_starts_does_its_work) {
    const FakeDroverd droverd(
        folder.state(),
        statuses({status_of({agent("risk", "stopped", "unknown", "stopped by a person")}),
                  status_of({agent("risk", "waiting", "unknown", "waiting for data")}),
                  status_of({agent("risk", "starting", "unknown", "not ready", 5)}),
                  status_of({agent("risk", "running", "healthy", "running", 5)})}));
    const CommandResult result = drover({"start", "risk"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.output, "risk is running.\n");
}

TEST_F(ControlVerbs, answer_3_and_name_an_agent_that_fails_instead_of_starting) {
    const FakeDroverd droverd(
        folder.state(),
        statuses({status_of({agent("risk", "stopped", "unknown", "not started yet")}),
                  status_of({agent("risk", "failed", "unknown", "it threw at start")})}));
    for (const char* verb : {"start", "restart"}) {
        const CommandResult result = drover({verb, "risk"});
        EXPECT_EQ(result.exit_code, 3) << verb;
        EXPECT_THAT(result.errors, HasSubstr("risk (failed: it threw at start)")) << verb;
    }
}

TEST_F(ControlVerbs, answer_5_and_name_an_agent_that_does_not_stop_in_time) {
    const FakeDroverd droverd(folder.state(),
                              statuses({status_of({agent("risk", "stopping", "unknown", "slow", 5),
                                                   agent("data", "stopped", "unknown", "x")})}));
    const CommandResult result = drover({"stop", "risk", "data", "--timeout", "100ms"});
    EXPECT_EQ(result.exit_code, 5);
    EXPECT_THAT(result.errors, HasSubstr("risk (stopping: slow)"));
    EXPECT_THAT(result.errors, Not(HasSubstr("data")));
}

TEST_F(ControlVerbs, take_a_restart_for_done_only_with_a_new_process) {
    const FakeDroverd droverd(
        folder.state(),
        statuses({status_of({agent("risk", "running", "healthy", "running", 5)}),
                  status_of({agent("risk", "running", "healthy", "a person restarts it", 5)}),
                  status_of({agent("risk", "running", "healthy", "restarted by a person", 6)})}));
    EXPECT_EQ(drover({"restart", "--all"}).exit_code, 0);
    const FakeDroverd same(folder.state() / "same",
                           statuses({status_of({agent("risk", "running", "healthy", "x", 5)})}));
    EXPECT_EQ(run_drover({"restart",
                          "risk",
                          "--timeout",
                          "0.1",
                          "--state-dir",
                          (folder.state() / "same").string()})
                  .exit_code,
              5);
}

TEST_F(ControlVerbs, describe_an_agent_as_text_and_as_json) {
    const Json document = {{"name", "risk"},
                           {"ports", {{{"name", "orders"}, {"topic", "order.>"}}}}};
    const FakeDroverd droverd(folder.state(), [&](const std::string& method, const Json& params) {
        EXPECT_EQ(method, "describe");
        EXPECT_EQ(params, Json({{"name", "risk"}}));
        return good(document);
    });
    Json expected = document;
    expected["last_crash"] = nullptr;
    EXPECT_EQ(drover({"describe", "risk", "-o", "json"}).output, to_line(expected) + "\n");
    EXPECT_EQ(drover({"describe", "risk"}).output,
              "name: risk\n"
              "ports:\n"
              "  NAME    TOPIC\n"
              "  orders  order.>\n");
}

}  // namespace drover::test
