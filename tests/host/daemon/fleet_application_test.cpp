// A running fleet takes a file, returns to an earlier one, and gets another number of instances.
#include "daemon/fleet_application.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/daemon/applied_fleet.hpp"

namespace drover {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class FleetApplicationTest : public test::AppliedFleet {
protected:
    /// Takes a fleet of two, risk with these keys, that both run then.
    void take_two(const std::string& keys = "") {
        (void)take(agent("risk", keys) + agent("broker"));
        ASSERT_TRUE(fleet_.until_running("risk"));
        ASSERT_TRUE(fleet_.until_running("broker"));
    }
    bool until_another_life(const std::string& name, pid_t before) {
        return fleet_.until([&] {
            return fleet_.pid(name) > 0 && fleet_.pid(name) != before &&
                   fleet_.status(name).state == AgentState::running;
        });
    }
};

std::string text(const Json& object, const char* key) {
    return value_or<std::string>(object, key, "");
}

// --- a file

TEST_F(FleetApplicationTest, starts_what_is_new_in_the_file_and_stops_what_is_gone) {
    EXPECT_THAT(names(take(agent("risk") + agent("broker")), "add"), ElementsAre("broker"));
    ASSERT_TRUE(fleet_.until_running("broker"));
    ASSERT_TRUE(fleet_.until_running("risk"));
    const pid_t risk = fleet_.pid("risk");
    EXPECT_THAT(names(take(agent("risk")), "remove"), ElementsAre("broker"));
    EXPECT_TRUE(until_units({"drover-router", "risk"}));
    EXPECT_EQ(fleet_.pid("risk"), risk);
    EXPECT_THAT(recorded(), ElementsAre("applied ann", "applied ann"));
}

TEST_F(FleetApplicationTest, restarts_an_agent_for_the_key_that_changed) {
    take_two(", config: {number: 1}");
    const pid_t risk = fleet_.pid("risk");
    const pid_t broker = fleet_.pid("broker");
    const Json answer = take(agent("risk", ", config: {number: 2}") + agent("broker"));
    EXPECT_THAT(names(answer, "restart"), ElementsAre("risk"));
    ASSERT_TRUE(until_another_life("risk", risk));
    EXPECT_THAT(fleet_.status("risk").reason, HasSubstr("/agents/risk/config/number"));
    EXPECT_EQ(fleet_.pid("broker"), broker);
}

TEST_F(FleetApplicationTest, only_tells_what_would_change_in_a_dry_run) {
    write(agent("risk") + agent("broker"));
    const Json answer = apply({{"dry_run", true}});
    EXPECT_EQ(answer.at("ok"), true);
    EXPECT_EQ(answer.at("dry_run"), true);
    EXPECT_THAT(names(answer, "add"), ElementsAre("broker"));
    EXPECT_THAT(units(), ElementsAre("drover-router", "risk"));
    EXPECT_THAT(recorded(), IsEmpty());
    EXPECT_THAT(application_->applied().at("files"), IsEmpty());
    EXPECT_THAT(taken_, IsEmpty());
}

TEST_F(FleetApplicationTest, changes_nothing_for_a_file_with_faults_and_lists_them) {
    write("  risk: {plugin: no_such_plugin}\n" + agent("broker", ", config: {numbr: 1}"));
    const Json answer = apply({{"by", "ann"}});
    EXPECT_EQ(answer.at("ok"), false);
    EXPECT_EQ(answer.at("file"), file().string());
    ASSERT_THAT(answer.at("faults"), SizeIs(2));
    EXPECT_THAT(answer.at("faults").dump(), HasSubstr("no_such_plugin"));
    EXPECT_THAT(answer.at("faults").dump(), HasSubstr("numbr"));
    EXPECT_THAT(units(), ElementsAre("drover-router", "risk"));
    EXPECT_THAT(recorded(), ElementsAre("refused ann"));
    EXPECT_THAT(text(fleet_.events().back(), "reason"),
                HasSubstr("was not applied, nothing has changed: "));
    EXPECT_THAT(text(fleet_.events().back(), "reason"), HasSubstr("(and 1 more)"));
    EXPECT_THAT(application_->applied().at("files"), IsEmpty());
    EXPECT_EQ(apply({{"dry_run", true}}).at("ok"), false);
    EXPECT_THAT(recorded(), SizeIs(1)) << "nobody wanted it";
}

TEST_F(FleetApplicationTest, refuses_a_file_that_has_a_plugin_that_cannot_be_loaded) {
    write("  broken: {plugin: " + std::string(DROVER_TEST_PLUGINS) + "/wrong_major.so}\n");
    const Json answer = apply();
    EXPECT_EQ(answer.at("ok"), false);
    EXPECT_THAT(answer.at("faults").dump(), HasSubstr("agent 'broken' cannot run"));
}

TEST_F(FleetApplicationTest, takes_a_file_that_cannot_be_read_for_a_fault) {
    const Json answer = apply({{"file", (file().parent_path() / "nowhere.yaml").string()}});
    EXPECT_EQ(answer.at("ok"), false);
    EXPECT_THAT(answer.at("faults"), SizeIs(1));
    EXPECT_THAT(recorded(), ElementsAre("refused a client of the control socket"));
}

TEST_F(FleetApplicationTest, takes_another_file_by_its_absolute_path_alone) {
    const auto other = file().parent_path() / "other.yaml";
    std::ofstream(other) << "agents:\n" << agent("broker");
    EXPECT_EQ(apply({{"file", other.string()}}).at("ok"), true);
    EXPECT_EQ(application_->applied().at("files").at(0).at("file"), other.string());
    EXPECT_EQ(apply({{"file", "other.yaml"}}).at("code"), RpcError::invalid_parameters);
    EXPECT_THAT(text(apply({{"file", "other.yaml"}}), "error"),
                HasSubstr("must be an absolute path"));
}

TEST_F(FleetApplicationTest, hands_on_what_deserves_a_word) {
    const Json answer = take(agent("risk"), "topics: {\"a.>\": {}, \"a.b\": {}}\n");
    EXPECT_THAT(answer.at("warnings").dump(), HasSubstr("this rule is never reached"));
    EXPECT_THAT(taken_, ElementsAre(ElementsAre(HasSubstr("this rule is never reached"))));
}

TEST_F(FleetApplicationTest, records_a_saved_file_once_and_only_where_it_says_something_new) {
    write(agent("risk"));
    EXPECT_EQ(apply({{"saved", true}}).at("ok"), true);
    EXPECT_EQ(apply({{"saved", true}}).at("ok"), true) << "editors save more than once";
    EXPECT_THAT(recorded(), ElementsAre("applied watch"));
    const Json files = application_->applied().at("files");
    ASSERT_THAT(files, SizeIs(1));
    EXPECT_EQ(files.at(0).at("by"), "watch: the file was saved");
    write("# A word more.\n" + agent("risk"));
    EXPECT_EQ(apply({{"saved", true}}).at("ok"), true);
    EXPECT_THAT(application_->applied().at("files"), SizeIs(2)) << "the text is another one";
}

// --- what the router is told

TEST_F(FleetApplicationTest, tells_the_router_who_joins_leaves_and_may_say_more) {
    (void)take(agent("risk"));
    ASSERT_TRUE(fleet_.until_running("drover-router"));
    const std::size_t known = told("change").size();
    (void)take(agent("risk") + agent("broker"));
    ASSERT_TRUE(fleet_.until([&] { return told("change").size() == known + 1; }));
    EXPECT_EQ(told("change").back().at("join").at(0).at("name"), "broker");
    EXPECT_THAT(told("change").back().at("leave"), IsEmpty());
    (void)take(agent("risk", ", quota: {messages: 7/s}") + agent("broker"));
    ASSERT_TRUE(fleet_.until([&] { return told("change").size() == known + 2; }));
    EXPECT_THAT(told("change").back().at("quotas").dump(), HasSubstr("7"));
    (void)take(agent("risk", ", quota: {messages: 7/s}"));
    ASSERT_TRUE(fleet_.until([&] { return told("change").size() == known + 3; }));
    EXPECT_EQ(told("change").back().at("leave"), Json::array({"broker"}));
    EXPECT_EQ(fleet_.status("drover-router").restarts, 0);
}

// --- an earlier file

TEST_F(FleetApplicationTest, returns_to_an_earlier_file) {
    (void)take(agent("risk") + agent("broker"));
    (void)take(agent("risk"));
    const Json answer = apply({{"rollback", 1U}, {"by", "bob"}});
    EXPECT_EQ(answer.at("ok"), true);
    EXPECT_THAT(names(answer, "add"), ElementsAre("broker"));
    EXPECT_THAT(answer.at("notes").dump(), HasSubstr("has returned to an earlier copy"));
    EXPECT_THAT(recorded(), ElementsAre("applied ann", "applied ann", "rolled_back bob"));
    const Json files = application_->applied().at("files");
    ASSERT_THAT(files, SizeIs(3));
    EXPECT_EQ(files.at(0).at("rollback"), 0) << "the newest is first";
    EXPECT_EQ(files.at(0).at("by"), "bob");
    EXPECT_GT(files.at(0).at("number"), files.at(2).at("number"));
}

TEST_F(FleetApplicationTest, returns_to_no_file_that_there_is_not) {
    (void)take(agent("risk"));
    for (const Json& back : {Json(0U), Json(-1), Json("1"), Json(1.5)}) {
        const Json answer = apply({{"rollback", back}});
        EXPECT_EQ(answer.at("code"), RpcError::invalid_parameters);
        EXPECT_THAT(text(answer, "error"), HasSubstr("'rollback' must say how many files"));
    }
    EXPECT_THAT(text(apply({{"rollback", 1U}}), "error"), HasSubstr("earlier"));
    EXPECT_THAT(recorded(), SizeIs(1));
}

TEST_F(FleetApplicationTest, returns_to_no_file_of_another_environment) {
    ASSERT_TRUE(applied_->keep({file(), "agents: {}", "prod", ""}, "ann"));
    (void)take(agent("risk"));
    const Json answer = apply({{"rollback", 1U}});
    EXPECT_EQ(answer.at("code"), RpcError::refused);
    EXPECT_THAT(text(answer, "error"),
                HasSubstr("applied with the environment 'prod', and this droverd runs with no "
                          "environment"));
}

// --- instances

TEST_F(FleetApplicationTest, scales_an_agent_that_has_instances) {
    (void)take(agent("work", ", replicas: 2"));
    ASSERT_TRUE(until_units({"drover-router", "work.1", "work.2"}));
    EXPECT_THAT(names(scale("work", 3), "add"), ElementsAre("work.3"));
    ASSERT_TRUE(fleet_.until_running("work.3"));
    const Json same = scale("work", 3);
    EXPECT_EQ(same.at("ok"), true);
    EXPECT_THAT(names(same, "add"), IsEmpty());
    EXPECT_THAT(names(scale("work", 1), "remove"), ElementsAre("work.2", "work.3"));
    EXPECT_TRUE(until_units({"drover-router", "work.1"}));
    EXPECT_THAT(recorded(), ElementsAre("applied ann", "scaled ann", "scaled ann"));
    EXPECT_THAT(application_->applied().at("files"), SizeIs(1)) << "no file was applied";
}

TEST_F(FleetApplicationTest, scales_nothing_that_has_no_instances_or_is_not_there) {
    (void)take(agent("risk") + agent("work", ", replicas: 2"));
    EXPECT_EQ(scale("risk", 2).at("code"), RpcError::refused);
    EXPECT_THAT(text(scale("risk", 2), "error"), HasSubstr("'risk' has no 'replicas'"));
    EXPECT_EQ(scale("wrk", 2).at("code"), RpcError::invalid_parameters);
    EXPECT_THAT(text(scale("wrk", 2), "error"), HasSubstr("Did you mean 'work'?"));
}

TEST_F(FleetApplicationTest, scales_to_one_to_sixty_four_instances) {
    (void)take(agent("work", ", replicas: 2"));
    constexpr std::uint64_t over_32_bits = 4294967298;
    constexpr std::uint64_t over_63_bits = 9223372036854775810U;
    for (const Json& count :
         {Json(0), Json(-1), Json(65), Json(nullptr), Json(over_32_bits), Json(over_63_bits)}) {
        const Json answer = scale("work", count);
        EXPECT_EQ(value_or(answer, "code", 0), RpcError::invalid_parameters) << count.dump();
        EXPECT_EQ(text(answer, "error"), "'replicas' must be 1 to 64.");
    }
    EXPECT_THAT(names(scale("work", 64), "add"), SizeIs(62));
}

TEST_F(FleetApplicationTest, forgets_a_number_of_instances_with_the_next_file) {
    (void)take(agent("work", ", replicas: 2"));
    (void)scale("work", 3);
    EXPECT_THAT(names(take(agent("work", ", replicas: 2")), "remove"), ElementsAre("work.3"));
}

// --- the rest

TEST_F(FleetApplicationTest, restarts_the_agent_that_has_another_plugin_and_no_other) {
    take_two();
    const pid_t risk = fleet_.pid("risk");
    const pid_t broker = fleet_.pid("broker");
    ASSERT_TRUE(application_->restart_for_plugin("risk"));
    ASSERT_TRUE(until_another_life("risk", risk));
    EXPECT_THAT(fleet_.status("risk").reason, HasSubstr("/agents/risk/plugin"));
    EXPECT_EQ(fleet_.pid("broker"), broker);
}

TEST_F(FleetApplicationTest, changes_nothing_any_more_while_the_fleet_shuts_down) {
    write(agent("risk"));
    fleet_.supervisor().shutdown(monotonic_now());
    EXPECT_EQ(apply().at("code"), RpcError::unavailable);
    EXPECT_EQ(scale("risk", 2).at("code"), RpcError::unavailable);
    EXPECT_THAT(recorded(), IsEmpty());
}

}  // namespace
}  // namespace drover
