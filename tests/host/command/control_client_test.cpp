/// Asking a droverd, and what becomes of the question when it does not answer as it should.
#include "command/control_client.hpp"

#include <chrono>
#include <filesystem>
#include <future>
#include <memory>

#include <gmock/gmock.h>

#include "fake_droverd.hpp"

namespace drover::test {

using testing::HasSubstr;
using testing::StartsWith;

namespace {

constexpr auto long_enough = std::chrono::seconds(30);

struct ControlClientTest : testing::Test {
    ControlClient connected() {
        auto client = ControlClient::connect(folder.state());
        EXPECT_TRUE(client) << client.error().message;
        return std::move(client.value());
    }
    CommandFolder folder;
};

}  // namespace

TEST_F(ControlClientTest, says_where_no_droverd_runs_and_how_to_start_one) {
    const auto client = ControlClient::connect(folder.state());
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(client.error().message, HasSubstr("'" + folder.state().string() + "'"));
    EXPECT_THAT(client.error().message, HasSubstr("`drover up`"));
}

TEST_F(ControlClientTest, takes_a_socket_that_nobody_listens_at_for_no_droverd) {
    {
        const FakeDroverd gone(folder.state(),
                               [](const std::string&, const Json&) { return Json(); });
    }
    ASSERT_TRUE(std::filesystem::is_symlink(folder.state() / "run"));
    const auto client = ControlClient::connect(folder.state());
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().kind, ErrorKind::unavailable);
}

TEST_F(ControlClientTest, finds_the_fleet_of_who_has_another_run_directory) {
    const FakeDroverd droverd(folder.state(), [](const std::string&, const Json&) {
        return good({{"pid", 1}});
    });
    const CommandFolder elsewhere;  // Sets XDG_RUNTIME_DIR.
    EXPECT_TRUE(ControlClient::connect(folder.state()));
}

TEST_F(ControlClientTest, gives_the_result_of_each_call_in_turn) {
    const FakeDroverd droverd(folder.state(), [](const std::string& method, const Json& params) {
        return good({{"method", method}, {"params", params}});
    });
    ControlClient client = connected();
    for (const char* method : {"ping", "status"}) {
        const auto result = client.call(method, {{"names", {"risk"}}}, long_enough);
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(result.value(), Json({{"method", method}, {"params", {{"names", {"risk"}}}}}));
    }
}

TEST_F(ControlClientTest, takes_an_answer_without_a_result_for_null) {
    const FakeDroverd droverd(folder.state(),
                              [](const std::string&, const Json&) { return Json::object(); });
    const auto result = connected().call("ping", Json::object(), long_enough);
    ASSERT_TRUE(result);
    EXPECT_TRUE(result.value().is_null());
}

TEST_F(ControlClientTest, fails_with_the_sentence_of_droverd) {
    constexpr int invalid_parameters = -32602;
    const FakeDroverd droverd(folder.state(), [](const std::string& method, const Json&) {
        return method == "stop" ? bad(invalid_parameters, "There is no agent 'riks'.")
                                : bad(1, "It is starting.");
    });
    ControlClient client = connected();
    const auto unknown = client.call("stop", Json::object(), long_enough);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().kind, ErrorKind::not_found) << "what was typed is wrong";
    EXPECT_EQ(unknown.error().message, "There is no agent 'riks'.");
    const auto refused = client.call("start", Json::object(), long_enough);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::refused);
    EXPECT_EQ(refused.error().message, "It is starting.");
}

TEST_F(ControlClientTest, waits_no_longer_than_it_is_told) {
    std::promise<void> end;
    const auto over = end.get_future().share();
    const FakeDroverd droverd(folder.state(), [over](const std::string&, const Json&) {
        over.wait();
        return good({});
    });
    const auto late = connected().call("status", Json::object(), std::chrono::milliseconds(20));
    end.set_value();
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, ErrorKind::timed_out);
    EXPECT_THAT(late.error().message, StartsWith("droverd did not answer 'status' within 20 ms"));
}

TEST_F(ControlClientTest, passes_over_the_answer_to_a_question_that_it_has_given_up) {
    std::promise<void> end;
    const auto over = end.get_future().share();
    const FakeDroverd droverd(folder.state(), [over](const std::string& method, const Json&) {
        if (method == "slow") {
            over.wait();
        }
        return good(method);
    });
    ControlClient client = connected();
    EXPECT_FALSE(client.call("slow", Json::object(), std::chrono::milliseconds(20)));
    end.set_value();
    const auto next = client.call("quick", Json::object(), long_enough);
    ASSERT_TRUE(next);
    EXPECT_EQ(next.value(), "quick");
}

TEST_F(ControlClientTest, says_that_droverd_went_away_before_it_had_answered) {
    auto droverd = std::make_unique<FakeDroverd>(
        folder.state(), [](const std::string&, const Json&) { return good({}); });
    ControlClient client = connected();
    ASSERT_TRUE(client.call("ping", Json::object(), long_enough));
    droverd.reset();
    const auto gone = client.call("status", Json::object(), long_enough);
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(gone.error().message, "droverd went away before it answered 'status'.");
}

TEST_F(ControlClientTest, sees_the_end_of_the_connection_and_only_that) {
    FakeDroverd* server = nullptr;
    FakeDroverd droverd(folder.state(), [&server](const std::string& method, const Json&) {
        if (method == "shutdown") {
            server->hang_up();
        }
        return good({});
    });
    server = &droverd;
    ControlClient client = connected();
    ASSERT_TRUE(client.call("ping", Json::object(), long_enough));
    EXPECT_FALSE(client.wait_for_end(std::chrono::milliseconds(1)));
    ASSERT_TRUE(client.call("shutdown", Json::object(), long_enough));
    EXPECT_TRUE(client.wait_for_end(long_enough));
}

}  // namespace drover::test
