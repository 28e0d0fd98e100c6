// One fleet in several environments, its variables and secrets, and what is packed for others of
// it.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file_text.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* teller = R"(  teller:
    plugin: @behaving@
    agent: teller
    config: {file: @FOLDER@/told, variable: MODE, text: from the base}
)";

class Environments : public testing::Test {
protected:
    /// What the teller has told, whole.
    std::string told() {
        std::string text;
        EXPECT_TRUE(eventually([&] { return (text = fleet.read("told")).ends_with('\n'); }))
            << text;
        return text;
    }
    FleetUnderTest fleet;
};

TEST_F(Environments, merge_their_overlay_over_the_file_of_the_fleet) {
    fleet.write_agents(teller);
    fleet.write("agents.prod.yaml", "name: live\nagents: {teller: {config: {text: from prod}}}\n");
    fleet.up(0, {"--environment", "prod"});
    EXPECT_THAT(told(), HasSubstr("from prod"));
    const ProgramResult status = fleet.drover({"status", "-o", "json"});
    EXPECT_THAT(status.output, HasSubstr("\"fleet\":\"live\""));
    EXPECT_THAT(status.output, HasSubstr("\"environment\":\"prod\""));
}

TEST_F(Environments, go_on_as_they_were_applied_when_the_supervisor_is_lost) {
    fleet.write_agents(teller, "on_supervisor_death: adopt\n");
    fleet.write("agents.prod.yaml", "agents: {teller: {config: {text: from prod}}}\n");
    fleet.up(0, {"--environment", "prod"});
    EXPECT_THAT(told(), HasSubstr("from prod"));
    fleet.write("agents.prod.yaml", "agents: {teller: {config: {text: only saved}}}\n");
    EXPECT_THAT(fleet.drover({"status"}).output, HasSubstr("was changed after it was applied"));
    fleet.lose_supervisor();
    std::filesystem::remove(fleet.folder() / "told");
    ASSERT_EQ(fleet.drover({"restart", "teller"}).exit_code, 0);
    EXPECT_THAT(told(), HasSubstr("from prod"));
    ASSERT_EQ(fleet.drover({"apply"}).exit_code, 0);
    ASSERT_EQ(fleet.drover({"apply", "--rollback"}).exit_code, 0);
    std::filesystem::remove(fleet.folder() / "told");
    ASSERT_EQ(fleet.drover({"restart", "teller"}).exit_code, 0);
    EXPECT_THAT(told(), HasSubstr("from prod")) << "a rollback takes the overlay back as well";
}

TEST_F(Environments, name_the_file_that_is_wrong) {
    fleet.write_agents(teller);
    fleet.write("agents.prod.yaml", "agents:\n  teller: {restart: perhaps}\n");
    const ProgramResult wrong = fleet.drover({"validate", "--environment", "prod"});
    EXPECT_EQ(wrong.exit_code, 1) << wrong.text();
    EXPECT_THAT(wrong.errors, HasSubstr("agents.prod.yaml:2:21: "));
    const ProgramResult missing = fleet.drover({"up", "-d", "--environment", "prd"});
    EXPECT_EQ(missing.exit_code, 2) << missing.text();
    EXPECT_THAT(missing.errors, HasSubstr("Did you mean 'prod'?"));
    EXPECT_EQ(fleet.drover({"status"}).exit_code, 4);
}

TEST_F(Environments, give_an_agent_the_variables_of_its_file) {
    fleet.write_agents(std::string(teller) + "    env_file: teller.env\n");
    fleet.write("teller.env", "# of the teller\nMODE='paper money'\n");
    fleet.up();
    EXPECT_THAT(told(), HasSubstr("MODE=paper money"));
}

class Secrets : public Environments {
protected:
    Secrets() {
        fleet.write_agents(R"(  teller:
    plugin: @behaving@
    agent: teller
    secrets: {api-key: key}
    env_file: teller.env
    config: {file: @FOLDER@/told, variable: MODE, text: "${secret:api-key}"}
)");
        fleet.write("teller.env", "BROKER_PASSWORD=pa55word\n");
        write_secret("s3cr3t-of-the-teller\n");
    }
    void write_secret(const std::string& value) {
        std::filesystem::permissions(fleet.write("key", value), std::filesystem::perms(0600));
    }
    bool is_logged(const std::string& text) {
        return eventually([&] {
            return fleet.drover({"logs", "teller"}).output.find(text) != std::string::npos;
        });
    }
    /// Everything that lies in the state directory. A file that is removed while it is looked for
    /// is a fault to grep, so it looks again.
    std::string state_of_the_fleet() {
        ProgramResult all;
        EXPECT_TRUE(eventually([&] {
            all = run_program({"/bin/grep", {"-ra", ".", "state"}, {}, fleet.folder()}, patience);
            return all.exit_code == 0;
        })) << all.errors;
        return all.output;
    }
};

TEST_F(Secrets, are_handed_to_the_agent_and_to_nobody_else) {
    fleet.up();
    EXPECT_THAT(told(), HasSubstr("s3cr3t-of-the-teller"));
    // It prints what it got, and says it in the reason of its health.
    EXPECT_TRUE(is_logged("the text is ***")) << fleet.drover({"logs", "teller"}).text();
    for (const std::vector<std::string>& verb : {std::vector<std::string>{"logs"},
                                                 {"status"},
                                                 {"status", "-o", "json"},
                                                 {"events", "-o", "json"},
                                                 {"validate"},
                                                 {"describe", "teller"},
                                                 {"describe", "teller", "-o", "json"}}) {
        const ProgramResult result = fleet.drover(verb);
        EXPECT_THAT(result.output + result.errors, Not(HasSubstr("s3cr3t"))) << verb.front();
    }
    EXPECT_TRUE(fleet.reaches("teller", [](const AgentStatus& now) {
        return now.reason.find("the text is ***") != std::string::npos;
    }));
    EXPECT_THAT(state_of_the_fleet(), Not(HasSubstr("s3cr3t")));
    for (const MarkedProcess& process : fleet.processes()) {
        for (const char* part : {"cmdline", "environ"}) {
            const std::string file = "/proc/" + std::to_string(process.pid) + "/" + part;
            const std::string text = read_file_text(file).value_or("");
            EXPECT_EQ(text.find("s3cr3t"), std::string::npos) << file;
        }
    }
}

TEST_F(Secrets, stay_hidden_when_their_agent_crashes) {
    fleet.up();
    EXPECT_TRUE(is_logged("the text is ***"));
    const AgentStatus before = (*fleet.status())["teller"];
    EXPECT_EQ(fleet.drover({"signal", "teller", "SEGV"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches("teller", [&](const AgentStatus& agent) {
        return agent.restarts > before.restarts && agent.state == "running";
    }));
    EXPECT_TRUE(eventually([&] {
        return fleet.drover({"describe", "teller", "-o", "json"})
                   .output.find(R"("last_crash":{)") != std::string::npos;
    })) << fleet.drover({"describe", "teller", "-o", "json"}).text();
    EXPECT_THAT(state_of_the_fleet(), Not(HasSubstr("s3cr3t")));
}

TEST_F(Secrets, stay_hidden_when_another_supervisor_goes_on_with_their_agent) {
    const std::string head = "on_supervisor_death: adopt\n";
    const std::string agents = R"(  teller:
    plugin: @behaving@
    agent: teller
    secrets: {api-key: key}
    config: {file: @FOLDER@/told, text: "${secret:api-key}"}
)";
    fleet.write_agents(agents, head);
    fleet.up();
    EXPECT_TRUE(is_logged("the text is ***"));
    fleet.lose_supervisor();
    // Now the same process says it again, to a supervisor that did not hand it over.
    fleet.write_agents(agents + "  ticker: {plugin: @behaving@, agent: ticker}\n", head);
    EXPECT_EQ(fleet.drover({"apply"}).exit_code, 0);
    EXPECT_TRUE(is_logged("when asked, the text is ***"))
        << fleet.drover({"logs", "teller"}).text();
    EXPECT_THAT(state_of_the_fleet(), Not(HasSubstr("s3cr3t")));
    // And one that it starts gets the secret.
    std::filesystem::remove(fleet.folder() / "told");
    EXPECT_EQ(fleet.drover({"restart", "teller"}).exit_code, 0);
    EXPECT_THAT(told(), HasSubstr("s3cr3t-of-the-teller"));
}

TEST_F(Secrets, that_were_changed_restart_their_agent_by_apply_and_are_not_told) {
    fleet.up();
    EXPECT_TRUE(is_logged("the text is ***"));
    write_secret("an0ther-s3cr3t\n");
    const ProgramResult plan = fleet.drover({"apply", "--dry-run", "-o", "json"});
    EXPECT_THAT(plan.output, HasSubstr("/agents/teller/secrets/api-key"));
    const ProgramResult applied = fleet.drover({"apply"});
    EXPECT_EQ(applied.exit_code, 0) << applied.text();
    EXPECT_THAT(plan.text() + applied.text(), Not(HasSubstr("s3cr3t")));
    EXPECT_TRUE(eventually(
        [this] { return fleet.read("told").find("an0ther-s3cr3t") != std::string::npos; }));
    EXPECT_THAT(state_of_the_fleet(), Not(HasSubstr("s3cr3t")));
    EXPECT_THAT(fleet.drover({"apply", "--dry-run"}).output, Not(HasSubstr("secrets")));
}

TEST_F(Secrets, that_others_may_read_start_nothing) {
    std::filesystem::permissions(fleet.folder() / "key", std::filesystem::perms(0644));
    const ProgramResult up = fleet.drover({"up", "-d"});
    EXPECT_EQ(up.exit_code, 1) << up.text();
    EXPECT_THAT(up.errors, HasSubstr("chmod 600"));
    EXPECT_EQ(fleet.drover({"status"}).exit_code, 4);
}

TEST_F(Secrets, whose_file_is_gone_at_a_restart_fail_their_agent_with_the_reason) {
    fleet.up();
    std::filesystem::remove(fleet.folder() / "key");
    (void)fleet.drover({"restart", "teller"});
    EXPECT_TRUE(fleet.reaches("teller", [](const AgentStatus& agent) {
        return agent.reason.find("secret 'api-key': ") != std::string::npos;
    }));
}

TEST_F(Secrets, are_in_no_support_bundle) {
    fleet.up();
    EXPECT_TRUE(is_logged("the text is ***"));
    const ProgramResult packed = fleet.drover({"support-bundle", "-O", "bundle.tar.gz"});
    ASSERT_EQ(packed.exit_code, 0) << packed.text();
    const ProgramResult content =
        run_program({"/bin/sh",
                     {"-c", "tar -xzf bundle.tar.gz && grep -ra . drover-support-*"},
                     {"PATH=/usr/bin:/bin"},
                     fleet.folder()},
                    patience);
    EXPECT_THAT(content.output, HasSubstr("/agents/teller.json:"));
    EXPECT_THAT(content.output, HasSubstr("the text is ***"));
    EXPECT_THAT(content.output, Not(HasSubstr("s3cr3t")));
    EXPECT_THAT(content.output, Not(HasSubstr("pa55word")));
}

TEST_F(Environments, are_looked_at_by_a_doctor_who_finds_the_programs_and_the_fleet_good) {
    fleet.write_agents(teller);
    const ProgramResult doctor = fleet.drover({"doctor"});
    EXPECT_THAT(doctor.output, HasSubstr("ok    programs"));
    EXPECT_THAT(doctor.output,
                HasSubstr("ok    fleet            agents.yaml is good: 1 agent, its"));
}

TEST_F(Environments, pack_a_support_bundle_without_secrets) {
    fleet.write_agents(teller);
    fleet.write("agents.prod.yaml", "name: live # ftp://ann:pa55word@host/\n");
    fleet.up(0, {"--environment", "prod"});
    const ProgramResult packed = fleet.drover({"support-bundle", "-O", "bundle.tar.gz"});
    ASSERT_EQ(packed.exit_code, 0) << packed.text();
    const ProgramResult content =
        run_program({"/bin/sh",
                     {"-c", "tar -xzf bundle.tar.gz && grep -ra . drover-support-*"},
                     {"PATH=/usr/bin:/bin"},
                     fleet.folder()},
                    patience);
    EXPECT_EQ(content.exit_code, 0) << content.errors;
    for (const char* part : {"/status.json:",
                             "/doctor.txt:",
                             "/config/agents.yaml:",
                             "/config/agents.prod.yaml:",
                             "/events/events.jsonl:",
                             "/logs/droverd.log:",
                             "/agents/teller.json:"}) {
        EXPECT_THAT(content.output, HasSubstr(part));
    }
    EXPECT_THAT(content.output, HasSubstr("ftp://ann:***@host/"));
    EXPECT_THAT(content.output, Not(HasSubstr("pa55word")));
    const auto rights = std::filesystem::status(fleet.folder() / "bundle.tar.gz").permissions();
    EXPECT_EQ(rights, std::filesystem::perms(0600));
}

}  // namespace
}  // namespace drover::scenarios
