// What a process of a unit is begun with, and what is known of it from the first moment.
#include "daemon/process_life.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "process/process_tree.hpp"
#include "tests/host/daemon/life_of_risk.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::LifeOfRisk;
using testing::Contains;
using testing::IsEmpty;
using testing::Not;

class ProcessLives : public ::testing::Test {
protected:
    std::unique_ptr<ProcessLife> begin(LifeRequest request) {
        auto life = begin_life(std::move(request), risk_.log());
        EXPECT_TRUE(life) << life.error().message;
        return life ? std::move(life.value()) : nullptr;
    }
    /// Reads all that the process writes until it has ended.
    static void read_outputs(ProcessLife& life) {
        EXPECT_TRUE(wait_for_exit(life.child, 20s));
        for (const auto& output : life.outputs) {
            output->finish();
        }
    }
    /// "stream: message" of each line in the log.
    std::vector<std::string> lines() {
        std::vector<std::string> texts;
        for (const Json& record : risk_.logged()) {
            texts.push_back(record.at("stream").get<std::string>() + ": " +
                            record.at("message").get<std::string>());
        }
        return texts;
    }

    LifeOfRisk risk_;
};

TEST_F(ProcessLives, begin_with_environment_mark_channel_and_page) {
    const auto life = begin(LifeOfRisk::request(
        "read -r order <&3; echo \"$GREETING $DROVER_LIFE\" >&3; test -e /proc/self/fd/4 && echo "
        "\"page, $order\"; echo trouble >&2"));
    ASSERT_TRUE(life);
    life->channel.write_line("begin");
    std::vector<std::string> said;
    ASSERT_TRUE(eventually([&] {
        said = life->channel.read_lines();
        return !said.empty();
    }));
    EXPECT_EQ(said.front(), "hello run/risk.3");
    read_outputs(*life);
    EXPECT_THAT(lines(), Contains("stdout: page, begin"));
    EXPECT_THAT(lines(), Contains("stderr: trouble"));
    for (const Json& record : risk_.logged()) {
        EXPECT_EQ(record.at("pid"), life->child.pid) << record;
        EXPECT_EQ(record.at("run"), 7) << record;
        EXPECT_EQ(record.at("life"), 3) << record;
    }
}

TEST_F(ProcessLives, begin_the_log_anew_and_hide_their_secrets_in_it) {
    risk_.log().add({"risk", 1, "stdout", 7, 2}, "of the life before", monotonic_now());
    LifeRequest request = LifeOfRisk::request("echo the password is open-sesame");
    request.secrets = {"open-sesame"};
    const auto life = begin(std::move(request));
    ASSERT_TRUE(life);
    EXPECT_THAT(lines(), Contains("droverd: life 3 begins")) << "readers see it at once";
    EXPECT_THAT(risk_.log().last_lines(), IsEmpty());
    read_outputs(*life);
    EXPECT_EQ(lines().back(), "stdout: the password is ***");
}

TEST_F(ProcessLives, do_not_begin_where_the_program_is_missing) {
    LifeRequest request = LifeOfRisk::request("");
    request.program = "/nowhere/drover-agent";
    const auto life = begin_life(std::move(request), risk_.log());
    ASSERT_FALSE(life);
    EXPECT_EQ(life.error().kind, ErrorKind::not_found);
    EXPECT_THAT(risk_.logged(), IsEmpty());
}

TEST_F(ProcessLives, are_executed_within_their_limits_and_keep_them) {
    LifeRequest request = LifeOfRisk::request("");
    request.limits.user = std::make_shared<const ProcessUser>();
    request.limits.sandbox =
        std::make_shared<const Sandbox>(std::move(Sandbox::make({}, true).value()));
    request.limits.process.nice = 5;
    request.limits.watched_memory = 1U << 20U;
    UnbornLife unborn = std::move(prepare_life(std::move(request)).value());
    const LaunchRequest launch = unborn.launch_request();
    EXPECT_EQ(launch.limits.nice, 5);
    EXPECT_NE(launch.user, nullptr);
    EXPECT_NE(launch.sandbox, nullptr);
    EXPECT_TRUE(launch.dies_with_parent);
    const auto life = bear_life(std::move(unborn), Child{}, risk_.log());
    EXPECT_EQ(life->limits.user, launch.user);
    EXPECT_EQ(life->limits.watched_memory, 1U << 20U);
    EXPECT_EQ(life->watch.timeout(), 5s);
    EXPECT_EQ(life->mark, "DROVER_LIFE=run/risk.3");
}

TEST_F(ProcessLives, outlive_the_supervisor_where_another_one_goes_on_with_them) {
    LifeRequest request = LifeOfRisk::request("");
    request.outlives_supervisor = true;
    EXPECT_FALSE(prepare_life(std::move(request)).value().launch_request().dies_with_parent);
}

TEST_F(ProcessLives, are_known_by_what_they_will_write_to) {
    const UnbornLife unborn = std::move(prepare_life(LifeOfRisk::request("")).value());
    const LaunchRequest launch = unborn.launch_request();
    const std::vector<OpenFile> outputs = unborn.open_outputs();
    EXPECT_THAT(outputs, Contains(open_file(launch.output)));
    EXPECT_THAT(outputs, Contains(open_file(launch.errors)));
    EXPECT_NE(open_file(launch.output), open_file(launch.errors));
    EXPECT_THAT(outputs, Not(Contains(open_file(launch.channel))));
}

TEST_F(ProcessLives, see_their_process_end_once_its_ends_are_closed_here) {
    UnbornLife unborn = std::move(prepare_life(LifeOfRisk::request("")).value());
    EXPECT_THAT(unborn.channel.read_lines(), IsEmpty());
    EXPECT_FALSE(unborn.channel.is_ended());
    unborn.close_their_ends();
    EXPECT_THAT(unborn.channel.read_lines(), IsEmpty());
    EXPECT_TRUE(unborn.channel.is_ended());
    const auto life = bear_life(std::move(unborn), Child{}, risk_.log());
    for (const auto& output : life->outputs) {
        EXPECT_FALSE(output->read_some());
    }
}

TEST(Origins, have_the_words_of_the_documents) {
    EXPECT_EQ(text_of(Origin::exec), "exec");
    EXPECT_EQ(text_of(Origin::zygote), "zygote");
    EXPECT_EQ(text_of(Origin::spare), "spare");
}

}  // namespace
}  // namespace drover
