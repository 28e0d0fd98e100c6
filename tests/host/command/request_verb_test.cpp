// `drover request`, and asking every agent that has a port, against a droverd that answers as told.
#include <gmock/gmock.h>

#include "command/agent_request.hpp"
#include "fake_droverd.hpp"

namespace drover::test {
namespace {

using testing::HasSubstr;

struct RequestVerb : testing::Test {
    CommandResult drover(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"--state-dir", folder.state().string(), "request"});
        return run_drover(std::move(arguments));
    }
    CommandFolder folder;
};

TEST_F(RequestVerb, sends_what_was_typed_and_prints_the_reply_as_it_came) {
    Json seen;
    const FakeDroverd droverd(folder.state(), [&](const std::string& method, const Json& params) {
        seen = params;
        seen["method"] = method;
        return good({{"ok", true}, {"reply", "{\"price\":\n1.100}"}});
    });
    const CommandResult text = drover({"broker", "positions", "{\"a\": 1.50}", "--timeout", "2s"});
    EXPECT_EQ(text.exit_code, 0) << text.errors;
    EXPECT_EQ(text.output, "{\"price\":\n1.100}\n");
    EXPECT_EQ(seen.at("method"), "request");
    EXPECT_EQ(seen.at("agent"), "broker");
    EXPECT_EQ(seen.at("port"), "positions");
    EXPECT_EQ(seen.at("body"), "{\"a\": 1.50}");
    EXPECT_EQ(seen.at("timeout_ms"), 2000);
    const CommandResult json = drover({"broker", "positions", "{}", "-o", "json"});
    EXPECT_EQ(json.output,
              "{\"agent\":\"broker\",\"port\":\"positions\",\"ok\":true,"
              "\"reply\":{\"price\": 1.100}}\n");
}

TEST_F(RequestVerb, ends_with_1_for_a_failure_and_5_for_a_timeout) {
    std::string status = "invalid";
    const FakeDroverd droverd(folder.state(), [&](const std::string&, const Json&) {
        return good({{"ok", false}, {"status", status}, {"error", "Not like this."}});
    });
    const CommandResult failed = drover({"broker", "positions", "{}"});
    EXPECT_EQ(failed.exit_code, 1);
    EXPECT_THAT(failed.errors, HasSubstr("Not like this."));
    status = "timeout";
    EXPECT_EQ(drover({"broker", "positions", "{}"}).exit_code, 5);
}

TEST_F(RequestVerb, refuses_a_timeout_of_nothing_and_one_of_more_than_an_hour) {
    for (const char* timeout : {"0", "2h"}) {
        const CommandResult result = drover({"broker", "positions", "{}", "--timeout", timeout});
        EXPECT_EQ(result.exit_code, 2) << timeout;
        EXPECT_THAT(result.errors, HasSubstr("--timeout takes 1ms to 1h here.")) << timeout;
    }
}

TEST_F(RequestVerb, refuses_a_body_that_is_no_json_with_its_place) {
    const CommandResult result = drover({"broker", "positions", "{\"a\": }"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(
        result.errors,
        "drover: The request is no JSON: line 1, column 7: unexpected '}'; expected '[', '{', "
        "or a literal. Quote it for the shell: '{\"key\": 1}'.\n");
}

TEST_F(RequestVerb, asks_every_running_agent_that_has_the_port) {
    const FakeDroverd droverd(folder.state(), [](const std::string& method, const Json& params) {
        if (method == "servers") {
            return good({{"agents",
                          {{{"name", "one"}, {"state", "running"}},
                           {{"name", "two"}, {"state", "failed"}},
                           {{"name", "three"}, {"state", "running"}}}}});
        }
        const bool is_ok = params.at("agent") == "one";
        return good(is_ok ? Json{{"ok", true}, {"reply", "[1]"}}
                          : Json{{"ok", false}, {"status", "lost"}, {"error", "It ended."}});
    });
    auto client = ControlClient::connect(folder.state());
    ASSERT_TRUE(client);
    const auto answers = ask_servers(client.value(), {.port = "positions"});
    ASSERT_TRUE(answers) << answers.error().message;
    ASSERT_EQ(answers.value().size(), 2U);
    EXPECT_EQ(answers.value()[0].agent, "one");
    EXPECT_EQ(answers.value()[0].reply, "[1]");
    EXPECT_EQ(answers.value()[1].agent, "three");
    EXPECT_EQ(answers.value()[1].status, "lost");
}

TEST_F(RequestVerb, says_when_nobody_has_the_port_or_those_that_have_it_do_not_run) {
    Json agents = Json::array();
    const FakeDroverd droverd(folder.state(), [&](const std::string&, const Json&) {
        return good({{"agents", agents}});
    });
    auto client = ControlClient::connect(folder.state());
    ASSERT_TRUE(client);
    EXPECT_THAT(ask_servers(client.value(), {.port = "x"}).error().message,
                HasSubstr("No agent of this fleet answers requests on a port 'x'."));
    agents = {{{"name", "two"}, {"state", "failed"}}};
    EXPECT_THAT(ask_servers(client.value(), {.port = "x"}).error().message,
                HasSubstr("two is failed"));
}

}  // namespace
}  // namespace drover::test
