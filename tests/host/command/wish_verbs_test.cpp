/// start, stop, restart and signal: whom they are for, and when they end.
#include <algorithm>
#include <csignal>

#include <gmock/gmock.h>

#include "command/signal_verb.hpp"
#include "fake_droverd.hpp"

namespace drover::test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

namespace {

Json with(Json agent, const std::string& group, std::vector<std::string> depends_on) {
    agent["restart_group"] = group.empty() ? Json(nullptr) : Json(group);
    agent["depends_on"] = std::move(depends_on);
    return agent;
}

/// data ← broker ← risk ← advisor; view stands alone. Broker and risk are the group "desk".
struct WishVerbs : testing::Test {
    WishVerbs() {
        add("drover-router", "", {});
        add("advisor", "", {"risk"});
        add("risk", "desk", {"broker"});
        add("broker", "desk", {"data"});
        add("data", "", {});
        add("view", "", {});
    }
    void add(const std::string& name, const std::string& group, std::vector<std::string> on) {
        agents[name] = with(agent(name, "running", "healthy", "running", next_pid++), group, on);
        order.push_back(name);
    }
    /// Takes every wish; restarted agents have another process at once.
    Answers answers() {
        return [this](const std::string& method, const Json& params) {
            if (method == "status") {
                std::vector<Json> all;
                for (const std::string& name : order) {
                    all.push_back(agents.at(name));
                }
                return good(status_of(all));
            }
            std::string wish = method;
            for (const Json& name : value_or<Json>(params, "names", Json::array())) {
                const auto text = name.get<std::string>();
                wish += " " + text;
                if (method == "restart") {
                    agents[text]["pid"] = next_pid++;
                    agents[text]["state"] = text == breaks ? becomes : "running";
                }
            }
            wishes.push_back(wish + (value_or<bool>(params, "all", false) ? " --all" : ""));
            return good({{"agents", value_or<Json>(params, "names", Json::array())}});
        };
    }
    CommandResult drover(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"--state-dir", folder.state().string()});
        return run_drover(std::move(arguments));
    }
    CommandFolder folder;
    std::map<std::string, Json> agents;
    std::vector<std::string> order;
    std::vector<std::string> wishes;
    std::string breaks;              ///< Does not run when it is restarted, but
    std::string becomes = "failed";  ///< is this.
    int next_pid = 100;
};

}  // namespace

TEST_F(WishVerbs, reach_all_agents_of_a_group) {
    const FakeDroverd droverd(folder.state(), answers());
    EXPECT_EQ(drover({"restart", "--group", "desk"}).exit_code, 0);
    EXPECT_EQ(drover({"restart", "--group", "desk", "view"}).exit_code, 0);
    EXPECT_THAT(wishes, ElementsAre("restart broker risk", "restart view broker risk"));
}

TEST_F(WishVerbs, name_the_groups_there_are_when_one_is_unknown) {
    const FakeDroverd droverd(folder.state(), answers());
    const CommandResult result = drover({"stop", "--group", "dask"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.errors,
              "drover: No agent has the restart_group 'dask'. Did you mean 'desk'? The groups are: "
              "desk.\n");
    EXPECT_TRUE(wishes.empty());
}

TEST_F(WishVerbs, reach_those_that_depend_on_an_agent_and_so_on) {
    const FakeDroverd droverd(folder.state(), answers());
    EXPECT_EQ(drover({"restart", "broker", "--with-dependents"}).exit_code, 0);
    EXPECT_THAT(wishes, ElementsAre("restart broker risk advisor"));
}

TEST_F(WishVerbs, roll_one_by_one_from_those_that_are_depended_on) {
    const FakeDroverd droverd(folder.state(), answers());
    const CommandResult result = drover({"restart", "--all", "--rolling"});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_THAT(
        wishes,
        ElementsAre(
            "restart data", "restart broker", "restart risk", "restart advisor", "restart view"));
}

TEST_F(WishVerbs, end_a_rolling_restart_at_the_first_that_does_not_work_again) {
    breaks = "broker";
    const FakeDroverd droverd(folder.state(), answers());
    const CommandResult result = drover({"restart", "data", "--with-dependents", "--rolling"});
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_THAT(result.errors,
                HasSubstr("The rolling restart ends at broker; not restarted: risk, advisor."));
    EXPECT_THAT(wishes, ElementsAre("restart data", "restart broker"));
}

TEST_F(WishVerbs, end_when_somebody_stops_what_they_wait_for) {
    breaks = "broker";
    becomes = "stopped";
    const FakeDroverd droverd(folder.state(), answers());
    const CommandResult result = drover({"restart", "broker", "--timeout", "1h"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("Stopped again meanwhile: broker (stopped: "));
}

TEST_F(WishVerbs, return_once_the_wish_is_taken_when_nobody_wants_to_wait) {
    const FakeDroverd droverd(folder.state(), answers());
    const CommandResult result = drover({"stop", "risk", "--no-wait"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.output, "risk: the wish to stop is taken.\n");
    EXPECT_EQ(drover({"stop", "risk", "--timeout", "50ms"}).exit_code, 5);
}

TEST_F(WishVerbs, send_a_signal_by_its_number) {
    Json asked;
    const FakeDroverd droverd(folder.state(), [&](const std::string&, const Json& params) {
        asked = params;
        return good({{"pid", 77}});
    });
    EXPECT_EQ(drover({"signal", "risk", "usr1"}).output, "SIGUSR1 was sent to risk (pid 77).\n");
    EXPECT_EQ(asked.at("name"), "risk");
    EXPECT_EQ(asked.at("signal"), SIGUSR1);
    EXPECT_THAT(asked.at("by").get<std::string>(), HasSubstr("signal risk SIGUSR1"));
}

TEST(SignalNumber, knows_names_with_and_without_sig_and_numbers) {
    EXPECT_EQ(signal_number("HUP"), SIGHUP);
    EXPECT_EQ(signal_number("sigusr2"), SIGUSR2);
    EXPECT_EQ(signal_number("9"), SIGKILL);
    EXPECT_EQ(signal_number("0"), std::nullopt);
    EXPECT_EQ(signal_number("9x"), std::nullopt);
    EXPECT_EQ(signal_number("signal 40"), std::nullopt);
    EXPECT_EQ(signal_number(""), std::nullopt);
}

}  // namespace drover::test
