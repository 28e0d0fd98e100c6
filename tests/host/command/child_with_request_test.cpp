/// A child that is asked one thing: its answer, its progress and its end.
#include "command/child_with_request.hpp"

#include <csignal>
#include <fstream>

#include <gmock/gmock.h>

#include "base/json_value.hpp"
#include "base/logging.hpp"
#include "fake_droverd.hpp"

namespace drover::test {

using testing::ElementsAre;
using testing::HasSubstr;

namespace {

struct ChildWithRequestTest : testing::Test {
    /// A program that runs these lines of a shell; descriptor 3 is the channel, $1 the verb.
    std::string program(const std::string& lines) {
        const auto file = folder.path() / "child";
        std::ofstream(file) << "#!/bin/sh\n" << lines << "\n";
        std::filesystem::permissions(file, std::filesystem::perms::owner_all);
        return file;
    }
    static ChildWithRequest started(const std::string& program, const Json& request) {
        auto child = ChildWithRequest::start("--simulate", request, program);
        EXPECT_TRUE(child) << child.error().message;
        return std::move(child.value());
    }
    CommandFolder folder;
};

}  // namespace

TEST_F(ChildWithRequestTest, gets_its_verb_and_request_and_is_heard) {
    auto child = started(program("read -r line <&3; echo \"{\\\"verb\\\": \\\"$1\\\", "
                                 "\\\"request\\\": $line}\" >&3"),
                         {{"speed", 250}});
    const auto answer = child.wait_for_answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(parse_json(*answer).value(),
              Json({{"verb", "--simulate"}, {"request", {{"speed", 250}}}}));
    EXPECT_TRUE(child.wait_for_exit().is_success());
}

TEST_F(ChildWithRequestTest, tells_its_progress_before_it_answers) {
    auto child = started(program("echo '{\"progress\":{\"done\":1}}' >&3\n"
                                 "echo '{\"progress\":no JSON' >&3\n"
                                 "echo '{\"progress\":{\"done\":2}}' >&3\n"
                                 "echo '{\"result\":3}' >&3"),
                         Json::object());
    std::vector<int> told;
    const auto answer = child.wait_for_answer(
        [&told](const Json& progress) { told.push_back(progress.at("done").get<int>()); });
    EXPECT_EQ(answer, "{\"result\":3}");
    EXPECT_THAT(told, ElementsAre(1, 2));
    EXPECT_TRUE(child.wait_for_exit().is_success());
}

TEST_F(ChildWithRequestTest, needs_nobody_who_wants_its_progress) {
    auto child = started(program("echo '{\"progress\":{}}' >&3; echo '[]' >&3"), Json::object());
    EXPECT_EQ(child.wait_for_answer(), "[]");
    EXPECT_TRUE(child.wait_for_exit().is_success());
}

TEST_F(ChildWithRequestTest, that_ends_without_an_answer_is_told_by_how_it_ended) {
    auto failing = started(program("exit 7"), Json::object());
    EXPECT_EQ(failing.wait_for_answer(), std::nullopt);
    EXPECT_EQ(failing.wait_for_exit().text(), "exit code 7");
    auto killed = started(program("kill -9 $$"), Json::object());
    EXPECT_EQ(killed.wait_for_answer(), std::nullopt);
    EXPECT_EQ(killed.wait_for_exit().text(), "killed by SIGKILL");
}

TEST_F(ChildWithRequestTest, is_given_a_request_that_is_larger_than_a_socket_takes) {
    const std::string large(std::size_t{1} << 20U, 'x');
    auto child = started(program("read -r line <&3; echo ${#line} >&3"), {{"text", large}});
    EXPECT_EQ(child.wait_for_answer(), std::to_string(large.size() + 11));
    EXPECT_TRUE(child.wait_for_exit().is_success());
}

TEST_F(ChildWithRequestTest, speaks_to_people_as_the_command_does) {
    auto child = started(program("echo \"$" + std::string(log_for_people_variable) + "\" >&3"),
                         Json::object());
    EXPECT_EQ(child.wait_for_answer(), "1");
    EXPECT_TRUE(child.wait_for_exit().is_success());
}

TEST_F(ChildWithRequestTest, is_named_where_there_is_no_such_program) {
    const auto child =
        ChildWithRequest::start("--simulate", Json::object(), folder.path() / "none");
    ASSERT_FALSE(child);
    EXPECT_THAT(child.error().message, HasSubstr((folder.path() / "none").string()));
}

TEST_F(ChildWithRequestTest, is_ended_by_an_interrupt_of_the_command_alone) {
    auto child = started(program("trap 'exit 9' INT\n"
                                 "echo '{\"progress\":{}}' >&3\n"
                                 "while read -r line <&3; do :; done"),
                         Json::object());
    child.pass_on_interrupt();
    const auto answer =
        child.wait_for_answer([](const Json& /*progress*/) { (void)::raise(SIGINT); });
    EXPECT_EQ(answer, std::nullopt);
    EXPECT_EQ(child.wait_for_exit().text(), "exit code 9");
    (void)std::signal(SIGINT, SIG_DFL);
}

}  // namespace drover::test
