// Requests of people: who may be asked, and one answer each.
#include "daemon/person_requests.hpp"

#include <gmock/gmock.h>

#include <drover/description.h>

#include "fake_fleet.hpp"

namespace drover::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class PersonsOfAFleet : public ::testing::Test {
protected:
    PersonsOfAFleet() {
        auto json = std::make_shared<MessageType>();
        json->name = "drover.json";
        json->encoding = DROVER_ENCODING_JSON;
        auto records = std::make_shared<MessageType>();
        records->name = "test.tick";
        records->version = 1;
        records->encoding = DROVER_ENCODING_RECORDS;
        const auto port = [](const char* name, std::shared_ptr<const MessageType> type) {
            PortDescription made;
            made.flags = DROVER_PORT_REQUEST_SERVER;
            made.name = name;
            made.topic = name;
            made.type = type;
            made.reply_type = type;
            return made;
        };
        description_.ports = {port("ask", json), port("ticks", records)};
        fleet_.add("oracle", "run");
        fleet_.fleet().agents.back().description = &description_;
        fleet_.begin();
        EXPECT_TRUE(fleet_.until_running("oracle"));
        requests_.emplace(
            fleet_.fleet(),
            fleet_.supervisor(),
            [this](const Json& order) {
                orders_.push_back(order);
                return has_router_;
            },
            [this](RpcPromise promise, RpcAnswer answer) {
                const auto* const error = std::get_if<RpcError>(&answer);
                answers_.emplace_back(promise.number,
                                      error != nullptr ? Json{{"rpc_error", error->message}}
                                                       : *std::get<std::unique_ptr<Json>>(answer));
            });
    }
    static Json question(const std::string& agent = "oracle", const std::string& port = "ask") {
        return {{"agent", agent}, {"port", port}, {"body", "{}"}, {"timeout_ms", 1000}};
    }
    std::string error_of(const Json& params) {
        RpcAnswer answer = requests_->ask(params, now_);
        const auto* const error = std::get_if<RpcError>(&answer);
        return error == nullptr ? "no error" : error->message;
    }
    std::uint64_t ask() {
        RpcAnswer answer = requests_->ask(question(), now_);
        const auto* const promise = std::get_if<RpcPromise>(&answer);
        EXPECT_NE(promise, nullptr);
        return promise == nullptr ? 0 : promise->number;
    }

    AgentDescription description_;
    FakeFleet fleet_;
    bool has_router_ = true;
    std::vector<Json> orders_;
    std::vector<std::pair<std::uint64_t, Json>> answers_;
    Monotonic now_ = monotonic_now();
    std::optional<PersonRequests> requests_;
};

TEST_F(PersonsOfAFleet, get_the_answer_that_the_router_brings) {
    const std::uint64_t id = ask();
    ASSERT_EQ(orders_.size(), 1U);
    EXPECT_EQ(orders_[0],
              (Json{{"do", "request"},
                    {"id", id},
                    {"agent", "oracle"},
                    {"port", 0},
                    {"body", "{}"},
                    {"timeout", 1'000'000'000}}));
    const Json reply = {
        {"event", "reply"}, {"id", id}, {"status", 0}, {"error", ""}, {"body", "1.0"}};
    requests_->heard(reply);
    requests_->heard(reply);
    ASSERT_EQ(answers_.size(), 1U);
    EXPECT_EQ(answers_[0].second, (Json{{"ok", true}, {"reply", "1.0"}}));
    const std::uint64_t other = ask();
    requests_->heard({{"id", other}, {"status", -1}, {"error", "No."}, {"body", ""}});
    EXPECT_EQ(answers_[1].second, (Json{{"ok", false}, {"status", "invalid"}, {"error", "No."}}));
}

TEST_F(PersonsOfAFleet, are_told_what_they_named_wrongly) {
    EXPECT_THAT(error_of(question("oracel")), HasSubstr("Did you mean 'oracle'?"));
    EXPECT_THAT(error_of(question("oracle", "aks")),
                HasSubstr("Did you mean 'ask'? It answers on: ask, ticks."));
    EXPECT_THAT(error_of(question("oracle", "ticks")), HasSubstr("takes test.tick/1"));
    Json wrong = question();
    wrong["body"] = "{";
    EXPECT_THAT(error_of(wrong), HasSubstr("is no JSON"));
    wrong = question();
    wrong["timeout_ms"] = 0;
    EXPECT_THAT(error_of(wrong), HasSubstr("timeout_ms"));
    EXPECT_THAT(error_of(Json::object()), HasSubstr("'agent'"));
    EXPECT_THAT(orders_, IsEmpty());
}

TEST_F(PersonsOfAFleet, wait_as_long_as_they_said) {
    const std::uint64_t id = ask();
    EXPECT_EQ(requests_->next_deadline(), now_ + std::chrono::seconds(1));
    requests_->tick(now_ + std::chrono::milliseconds(999));
    EXPECT_THAT(answers_, IsEmpty());
    requests_->tick(now_ + std::chrono::seconds(1));
    ASSERT_EQ(answers_.size(), 1U);
    EXPECT_EQ(answers_[0].first, id);
    EXPECT_EQ(answers_[0].second.at("status"), "timeout");
    requests_->heard({{"id", id}, {"status", 0}, {"body", "1"}});
    EXPECT_EQ(answers_.size(), 1U);
    EXPECT_FALSE(requests_->next_deadline());
}

TEST_F(PersonsOfAFleet, lose_what_the_router_takes_with_it) {
    ask();
    ask();
    requests_->router_ended();
    ASSERT_EQ(answers_.size(), 2U);
    EXPECT_EQ(answers_[1].second.at("status"), "lost");
    has_router_ = false;
    RpcAnswer answer = requests_->ask(question(), now_);
    EXPECT_EQ((**std::get_if<std::unique_ptr<Json>>(&answer)).at("status"), "lost");
    EXPECT_FALSE(requests_->next_deadline());
}

TEST_F(PersonsOfAFleet, can_ask_who_has_a_port) {
    RpcAnswer answer = requests_->servers({{"port", "ask"}});
    const Json agents = (**std::get_if<std::unique_ptr<Json>>(&answer)).at("agents");
    ASSERT_EQ(agents.size(), 1U);
    EXPECT_EQ(agents[0].at("name"), "oracle");
    answer = requests_->servers({{"port", "other"}});
    EXPECT_TRUE((**std::get_if<std::unique_ptr<Json>>(&answer)).at("agents").empty());
}

TEST_F(PersonsOfAFleet, ask_the_router_about_its_log) {
    RpcAnswer answer = requests_->ask_log({{"what", "stat"}}, now_);
    const auto* const promise = std::get_if<RpcPromise>(&answer);
    ASSERT_NE(promise, nullptr);
    ASSERT_EQ(orders_.size(), 1U);
    EXPECT_EQ(orders_[0].at("do"), "log");
    EXPECT_EQ(orders_[0].at("what"), "stat");
    requests_->heard_of_log({{"id", promise->number}, {"log", {{"head", 7}}}});
    ASSERT_EQ(answers_.size(), 1U);
    EXPECT_EQ(answers_[0].second, (Json{{"head", 7}}));
}

TEST_F(PersonsOfAFleet, hear_what_the_router_cannot_do_with_its_log) {
    RpcAnswer answer =
        requests_->ask_log({{"what", "skip"}, {"name", "oracle"}, {"position", 3}}, now_);
    const auto* const promise = std::get_if<RpcPromise>(&answer);
    ASSERT_NE(promise, nullptr);
    EXPECT_EQ(orders_[0].at("name"), "oracle");
    EXPECT_EQ(orders_[0].at("position"), 3);
    requests_->heard_of_log({{"id", promise->number}, {"error", "No."}});
    ASSERT_EQ(answers_.size(), 1U);
    EXPECT_EQ(answers_[0].second, (Json{{"rpc_error", "No."}}));
}

TEST_F(PersonsOfAFleet, take_no_log_for_an_empty_one_when_the_router_does_not_answer) {
    (void)requests_->ask_log({{"what", "stat"}}, now_);
    requests_->router_ended();
    (void)requests_->ask_log({{"what", "stat"}}, now_);
    requests_->tick(now_ + std::chrono::hours(1));
    ASSERT_EQ(answers_.size(), 2U);
    EXPECT_THAT(answers_[0].second.at("rpc_error").get<std::string>(),
                HasSubstr("drover-router ended before it had told of its log: it is "));
    EXPECT_THAT(answers_[1].second.at("rpc_error").get<std::string>(),
                HasSubstr("drover-router did not tell of its log within 10 s: it is "));
}

TEST_F(PersonsOfAFleet, say_what_they_want_of_the_log) {
    const auto error_of_log = [this](const Json& params) {
        RpcAnswer answer = requests_->ask_log(params, now_);
        const auto* const error = std::get_if<RpcError>(&answer);
        return error == nullptr ? std::string("no error") : error->message;
    };
    EXPECT_EQ(error_of_log({{"what", "erase"}}), "'what' must be stat, trim, skip or forget.");
    EXPECT_EQ(error_of_log({{"what", "skip"}}), "'name' must say which receiver.");
    EXPECT_EQ(error_of_log({{"what", "skip"}, {"name", "orakle"}}),
              "The fleet has no agent named 'orakle'. Did you mean 'oracle'?");
    has_router_ = false;
    EXPECT_NE(error_of_log({{"what", "stat"}}).find("drover-router is not running"),
              std::string::npos);
}

}  // namespace
}  // namespace drover::test
