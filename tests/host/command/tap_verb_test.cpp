/// What `drover tap` does before a child listens: what was typed, the socket, the past.
#include <gmock/gmock.h>

#include "fake_droverd.hpp"
#include "past_messages.hpp"

namespace drover::test {

using testing::HasSubstr;

namespace {

struct TapVerb : testing::Test {
    CommandResult tap(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"tap", "--state-dir", folder.state().string()});
        return run_drover(std::move(arguments));
    }
    /// The sentence that refuses what was typed.
    std::string refusal(std::vector<std::string> arguments) {
        const CommandResult result = tap(std::move(arguments));
        EXPECT_EQ(result.exit_code, 2);
        EXPECT_EQ(result.output, "");
        return result.errors;
    }
    CommandFolder folder;
};

}  // namespace

TEST_F(TapVerb, says_what_cannot_be_meant) {
    EXPECT_THAT(refusal({}), HasSubstr("PATTERN is missing"));
    EXPECT_THAT(refusal({"market..bar"}), HasSubstr("'market..bar' is no topic pattern"));
    EXPECT_THAT(refusal({"market\nbar"}), HasSubstr("'market\\nbar' is no topic pattern"))
        << "one line, whatever was typed";
    EXPECT_THAT(refusal({"market.>.bar"}), HasSubstr("Quote it for the shell"));
    EXPECT_THAT(refusal({">", "--new-key", "f"}), HasSubstr("--new-key makes a key"));
    EXPECT_THAT(refusal({"--new-key", "f", "--from", "start"}), HasSubstr("nothing else"));
    EXPECT_THAT(refusal({"--socket", "tcp://127.0.0.1:5555", ">"}), HasSubstr("takes no PATTERN"));
    EXPECT_THAT(refusal({"--from", "10m", "--socket"}), HasSubstr("takes no --from"));
}

TEST_F(TapVerb, refuses_an_empty_value_rather_than_take_it_for_none) {
    EXPECT_THAT(refusal({">", "--from", ""}), HasSubstr("--from: '' is no place in the durable"));
    EXPECT_THAT(refusal({"--socket", ""}), HasSubstr("--socket: '' is no endpoint"));
    EXPECT_THAT(refusal({"--new-key", ""}), HasSubstr("--new-key: '' is no file"));
}

TEST_F(TapVerb, listens_only_where_a_tcp_endpoint_can_be) {
    for (const char* endpoint : {"tcp://127.0.0.1",
                                 "tcp://:5555",
                                 "tcp://127.0.0.1:",
                                 "tcp://127.0.0.1:65536",
                                 "tcp://127.0.0.1:555555",
                                 "tcp://127.0.0.1:http",
                                 "ipc:///tmp/tap"}) {
        EXPECT_THAT(refusal({"--socket", endpoint}),
                    HasSubstr("tcp://127.0.0.1:* for any free port; this is '" +
                              std::string(endpoint) + "'"));
    }
    // One that can be is refused for another reason: there is no fleet.
    EXPECT_EQ(tap({"--socket", "tcp://127.0.0.1:65535"}).exit_code, 4);
    EXPECT_EQ(tap({"--socket", "tcp://[::1]:*"}).exit_code, 4);
}

TEST_F(TapVerb, tells_other_programs_what_droverd_tells_of_its_socket) {
    const Json socket = {
        {"endpoint", "ipc:///run/tap"}, {"types", Json::array()}, {"publishers", {{"risk", 3}}}};
    const FakeDroverd droverd(folder.state(), [&](const std::string& method, const Json&) {
        return method == "tap" ? good(socket) : bad(-32601, "no such method");
    });
    const CommandResult told = tap({"--socket"});
    EXPECT_EQ(told.exit_code, 0) << told.errors;
    EXPECT_EQ(told.output, to_line(socket) + "\n");
}

TEST_F(TapVerb, needs_a_fleet_or_a_log_that_one_left) {
    EXPECT_EQ(tap({">"}).exit_code, 4);
    const CommandResult past = tap({">", "--from", "start"});
    EXPECT_EQ(past.exit_code, 1);
    EXPECT_THAT(past.errors, HasSubstr("There is no durable log in '"));
}

TEST_F(TapVerb, refuses_a_start_that_is_none_also_without_a_fleet) {
    write_past_names(folder.state(), past_names({{"risk", 3}}));
    write_past_log(folder.state(), {{{3, 1, 1}, {}, "order.submit", "{}"}});
    const CommandResult result = tap({"order.>", "--from", "noon"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.errors, HasSubstr("'noon'"));
}

}  // namespace drover::test
