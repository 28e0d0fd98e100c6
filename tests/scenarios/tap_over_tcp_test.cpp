// `drover tap --socket tcp://…` gives messages to clients whose keys are allowed, and to nobody
// else.
#include <csignal>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "curve_client.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

/// A ticker whose fleet is served at a free port of this machine.
class TapOverTcp : public testing::Test {
protected:
    TapOverTcp() {
        fleet_.write_agents(
            "  left: {plugin: @behaving@, agent: ticker, config: {topic: test.left}}\n");
        fleet_.up();
        tap_.emplace(fleet_.start_drover({"tap", "--socket", "tcp://127.0.0.1:*"}));
        EXPECT_TRUE(eventually([&] { return tap_->output().ends_with('\n'); })) << tap_->errors();
        told_ = parsed(tap_->output());
    }
    /// Makes a key pair; only if it `is_allowed` the server is told.
    CurveClient::Keys make_key(const std::string& name, bool is_allowed) {
        const ProgramResult made = fleet_.drover({"tap", "--new-key", name + ".key"});
        EXPECT_EQ(made.exit_code, 0) << made.text();
        EXPECT_TRUE(made.output.ends_with(" " + name + "\n")) << made.text();
        if (is_allowed) {
            fleet_.write("state/tap_clients", fleet_.read("state/tap_clients") + made.output);
        }
        const std::string file = fleet_.read(name + ".key");
        const auto value = [&file](const std::string& key) {
            return file.substr(file.find(key) + key.size() + 4, 40);
        };
        return {told_.at("server_key"), value("public-key"), value("secret-key")};
    }
    [[nodiscard]] std::string endpoint() const { return told_.at("endpoint"); }
    [[nodiscard]] static testing::AssertionResult hears(CurveClient& client) {
        const auto message = client.receive(patience);
        return message && message->rfind("test.left", 0) == 0
                   ? testing::AssertionSuccess()
                   : testing::AssertionFailure() << "nothing of test.left came";
    }

    FleetUnderTest fleet_;
    std::optional<Program> tap_;
    Json told_;
};

TEST_F(TapOverTcp, serves_a_client_whose_key_is_allowed) {
    EXPECT_EQ(endpoint().rfind("tcp://127.0.0.1:", 0), 0U);
    EXPECT_EQ(told_.at("types").at(0).at("name"), "test.tick");
    CurveClient client(endpoint(), make_key("notebook", true));
    EXPECT_TRUE(hears(client)) << tap_->errors();
    EXPECT_TRUE(eventually([&] {
        return tap_->errors().find("notebook listens, from 127.0.0.1") != std::string::npos;
    })) << tap_->errors();
    tap_->send_signal(SIGINT);
    ASSERT_TRUE(tap_->wait_for_end(patience));
    EXPECT_EQ(tap_->exit_code(), 0);
    EXPECT_TRUE(fleet_.gets_well());
}

TEST_F(TapOverTcp, turns_away_who_has_another_key_or_none_and_says_so) {
    const auto stranger_key = make_key("stranger", false);
    CurveClient stranger(endpoint(), stranger_key);
    EXPECT_TRUE(eventually([&] {
        return tap_->errors().find("with the key " + stranger_key.public_key + " is not let in") !=
               std::string::npos;
    })) << tap_->errors();
    CurveClient nobody(endpoint(), std::nullopt);
    EXPECT_TRUE(eventually([&] {
        return tap_->errors().find("does not speak CURVE") != std::string::npos;
    })) << tap_->errors();
    EXPECT_TRUE(eventually([&] {
        return tap_->errors().find("Turned away so far: ") != std::string::npos;
    })) << tap_->errors();
    CurveClient allowed(endpoint(), make_key("notebook", true));
    EXPECT_TRUE(hears(allowed)) << tap_->errors();
    EXPECT_FALSE(stranger.receive(std::chrono::milliseconds(1)));
    EXPECT_FALSE(nobody.receive(std::chrono::milliseconds(1)));
}

TEST_F(TapOverTcp, ends_a_client_whose_key_is_taken_back_and_serves_the_others_on) {
    const auto kept = make_key("notebook", true);
    const std::string before = fleet_.read("state/tap_clients");
    const auto revoked = make_key("stranger", true);
    CurveClient stays(endpoint(), kept);
    CurveClient goes(endpoint(), revoked);
    EXPECT_TRUE(hears(stays)) << tap_->errors();
    EXPECT_TRUE(hears(goes)) << tap_->errors();
    fleet_.write("state/tap_clients", before);
    EXPECT_TRUE(eventually([&] {
        return tap_->errors().find("with the key " + revoked.public_key + " is not let in") !=
               std::string::npos;
    })) << tap_->errors();
    EXPECT_TRUE(eventually([&] {
        return tap_->errors().find("any more: all clients are disconnected") != std::string::npos;
    })) << tap_->errors();
    while (goes.receive(std::chrono::milliseconds(1))) {  // What had come before.
    }
    while (stays.receive(std::chrono::milliseconds(1))) {
    }
    EXPECT_TRUE(hears(stays)) << tap_->errors();
    EXPECT_FALSE(goes.receive(std::chrono::milliseconds(1)));
}

TEST_F(TapOverTcp, keeps_its_own_key_over_its_restarts) {
    const auto key = make_key("notebook", true);
    tap_->send_signal(SIGINT);
    ASSERT_TRUE(tap_->wait_for_end(patience));
    tap_.emplace(fleet_.start_drover({"tap", "--socket", endpoint()}));
    CurveClient client(endpoint(), key);
    EXPECT_TRUE(hears(client)) << tap_->errors();
}

TEST_F(TapOverTcp, is_read_by_the_notebook_example) {
    const auto run_python = [this](std::vector<std::string> arguments) {
        ProgramStart start = fleet_.start_of("drover", std::move(arguments));
        start.program = "/usr/bin/python3";
        return run_program(start, 2 * patience);
    };
    if (run_python({"-c", "import zmq"}).exit_code != 0) {
        GTEST_SKIP() << "the Debian package python3-zmq is not installed";
    }
    static_cast<void>(make_key("notebook", true));
    fleet_.write("tap.json", tap_->output());
    const auto script = repository() / "examples/notebook_tap/remote_tap.py";
    const ProgramResult heard =
        run_python({script.string(), "tap.json", "notebook.key", "test.left", "3"});
    ASSERT_EQ(heard.exit_code, 0) << heard.text();
    EXPECT_EQ(heard.output.rfind("test.left left ", 0), 0U) << heard.text();
}

TEST_F(TapOverTcp, says_what_an_endpoint_must_be_that_is_not_of_this_machine) {
    const ProgramResult refused = fleet_.drover({"tap", "--socket", "tcp://192.0.2.1:5"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.errors.find("HOST must be an address or a name of this machine"),
              std::string::npos)
        << refused.text();
}

TEST_F(TapOverTcp, refuses_what_it_cannot_do_with_a_sentence) {
    const ProgramResult odd = fleet_.drover({"tap", "--socket", "udp://127.0.0.1:1"});
    EXPECT_EQ(odd.exit_code, 2) << odd.text();
    EXPECT_NE(odd.errors.find("as in tcp://127.0.0.1:5555"), std::string::npos) << odd.text();
    const ProgramResult taken = fleet_.drover({"tap", "--socket", endpoint()});
    EXPECT_EQ(taken.exit_code, 1) << taken.text();
    EXPECT_NE(taken.errors.find("Address already in use."), std::string::npos) << taken.text();
    static_cast<void>(make_key("once", false));
    const ProgramResult again = fleet_.drover({"tap", "--new-key", "once.key"});
    EXPECT_EQ(again.exit_code, 1) << again.text();
}

}  // namespace
}  // namespace drover::scenarios
