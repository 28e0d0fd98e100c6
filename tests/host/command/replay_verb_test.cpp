/// What `drover replay` and `drover parity` have the child do, and how they tell what it found.
/// tests/scenarios replay real recordings.
#include "command/replay_verb.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "base/file_text.hpp"
#include "fake_droverd.hpp"
#include "past_messages.hpp"
#include "real_drover.hpp"
#include "recording/recorded_inputs.hpp"

namespace drover::test {

using scenarios::ProgramResult;
using testing::HasSubstr;
using testing::MatchesRegex;

namespace {

/// A recording of a life of risk and one of broker. The child answers what the test wrote for each
/// agent, and leaves behind what it was asked.
struct ReplayVerb : testing::Test {
    ReplayVerb() : real(folder) {
        auto writer = RecordingWriter::create(file(), 0);
        EXPECT_TRUE(writer);
        EXPECT_TRUE(writer.value().add(BlockKind::names, past_names({{"broker", 1}, {"risk", 2}})));
        for (std::uint32_t stream = 1; stream <= 2; ++stream) {
            RecordedLife life;
            life.agent = stream == 1 ? "risk" : "broker";
            std::vector<std::byte> entries;
            {
                EntryWriter entry(entries, EntryKind::life, 0, 0);
                life.write(entry);
            }
            EXPECT_TRUE(writer.value().add(BlockKind::entries, stream, entries));
        }
        EXPECT_TRUE(writer.value().add(BlockKind::end, "{}"));
        EXPECT_TRUE(writer.value().finish());
        real.stand_in("drover-agent",
                      "read -r request <&3\n"
                      "echo \"$1 $request\" >> asked\n"
                      "case \"$request\" in\n"
                      "*'\"agent\":\"risk\"'*) cat risk.answer >&3 ;;\n"
                      "*'\"agent\":\"broker\"'*) cat broker.answer >&3 ;;\n"
                      "*) cat fleet.answer >&3 ;;\n"
                      "esac");
    }
    [[nodiscard]] std::string file() const { return folder.path() / "a.recording"; }
    void answer(const std::string& whose, const Json& document) const {
        std::ofstream(folder.path() / (whose + ".answer")) << to_line(document) << '\n';
    }
    /// The requests that the child was given.
    [[nodiscard]] std::vector<Json> asked() const {
        std::istringstream lines(read_file_text(folder.path() / "asked").value_or(""));
        std::vector<Json> requests;
        const std::string verb = "--replay ";
        for (std::string line; std::getline(lines, line);) {
            EXPECT_TRUE(line.starts_with(verb)) << line;
            requests.push_back(parse_json(line.substr(verb.size())).value());
        }
        return requests;
    }
    static Json replayed(const std::string& agent, Json differences = Json::array()) {
        return {{"agent", agent},
                {"lives", 1},
                {"inputs", 12},
                {"outputs", 3},
                {"differences", std::move(differences)},
                {"notes", Json::array()}};
    }
    static Json difference(const std::string& agent, int time) {
        return {{"agent", agent},
                {"time", time},
                {"sentence", "order.submit.SPX: message 3 differs"},
                {"fields",
                 Json::array({{{"field", "quantity"}, {"recorded", "1.0"}, {"replayed", 2}}})}};
    }
    CommandFolder folder;
    RealDrover real;
};

}  // namespace

TEST_F(ReplayVerb, has_a_child_replay_the_agent_with_the_library_that_is_named) {
    answer("risk", replayed("risk"));
    std::ofstream(folder.path() / "risk-2.so") << "another build";
    const ProgramResult result =
        real.run({"replay", "a.recording", "--agent", "risk", "--plugin", "risk-2.so"});
    EXPECT_EQ(result.exit_code, 0) << result.text();
    EXPECT_EQ(result.output, "risk: equal, 12 callbacks, 3 outputs\n");
    EXPECT_EQ(result.errors, "");
    ASSERT_EQ(asked().size(), 1U);
    EXPECT_EQ(asked()[0],
              Json({{"what", "agent"},
                    {"file", file()},
                    {"agent", "risk"},
                    {"plugin", (folder.path() / "risk-2.so").string()},
                    {"configs", Json::object()}}));
}

TEST_F(ReplayVerb, answers_1_and_shows_each_difference_with_its_fields) {
    Json document = replayed("risk", Json::array({difference("risk", 5)}));
    document["notes"] = Json::array({"the host is another version\x1b[2J"});
    answer("risk", document);
    const ProgramResult result = real.run({"replay", "a.recording", "--agent", "risk"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.output,
              "risk: different, 12 callbacks, 3 outputs\n"
              "  order.submit.SPX: message 3 differs\n"
              "    quantity                 recorded 1.0, now 2\n"
              "  note: the host is another version\\x1b[2J\n");
    EXPECT_EQ(asked().at(0).at("plugin"), "") << "the recorded library is the child's to find";
}

TEST_F(ReplayVerb, prints_the_answer_unchanged_as_json) {
    const Json document = replayed("risk", Json::array({difference("risk", 5)}));
    answer("risk", document);
    const ProgramResult result =
        real.run({"replay", "a.recording", "--agent", "risk", "-o", "json"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.output, to_line(document) + "\n");
}

TEST_F(ReplayVerb, fails_where_no_life_can_be_replayed) {
    Json document = replayed("risk");
    document["lives"] = 0;
    answer("risk", document);
    answer("broker", document);
    const ProgramResult one = real.run({"replay", "a.recording", "--agent", "risk"});
    EXPECT_EQ(one.exit_code, 1);
    EXPECT_THAT(one.output, HasSubstr("3 outputs, nothing to replay\n"));
    EXPECT_THAT(one.errors, HasSubstr("No life of 'risk' is recorded from its beginning"));
    const ProgramResult all = real.run({"parity", "a.recording", "-o", "json"});
    EXPECT_EQ(all.exit_code, 1);
    EXPECT_EQ(parse_json(all.output).value().at("equal"), false) << "nothing compared is not equal";
    EXPECT_THAT(all.errors, HasSubstr("holds no life from its beginning"));
}

TEST_F(ReplayVerb, knows_the_agents_of_the_recording) {
    const ProgramResult result = real.run({"replay", "a.recording", "--agent", "riks"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(
        result.errors,
        "drover: a.recording holds nothing of an agent named 'riks'. Did you mean 'risk'? Run "
        "'drover replay --help' for help.\n");
    EXPECT_TRUE(asked().empty());
}

TEST_F(ReplayVerb, passes_on_why_the_child_could_not) {
    answer("risk", {{"error", "The library risk.so is another build."}});
    EXPECT_EQ(real.run({"replay", "a.recording", "--agent", "risk"}).errors,
              "drover: The library risk.so is another build.\n");
    real.stand_in("drover-agent", "exit 7");
    const ProgramResult ended = real.run({"replay", "a.recording", "--agent", "risk"});
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_EQ(ended.errors, "drover: The replay ended without a result: exit code 7.\n");
    real.stand_in("drover-agent", "read -r request <&3; echo none >&3");
    EXPECT_THAT(real.run({"replay", "a.recording", "--agent", "risk"}).errors,
                HasSubstr("drover: The replay answered no JSON: "));
}

TEST_F(ReplayVerb, replays_a_recording_that_was_cut_and_says_what_is_left_out) {
    std::filesystem::resize_file(file(), std::filesystem::file_size(file()) - 1);
    answer("risk", replayed("risk"));
    const ProgramResult result = real.run({"replay", "a.recording", "--agent", "risk"});
    EXPECT_EQ(result.exit_code, 0) << result.text();
    EXPECT_EQ(result.output, "risk: equal, 12 callbacks, 3 outputs\n");
    EXPECT_THAT(result.errors,
                MatchesRegex("warning: the recording was not brought to its end; [1-9][0-9]* bytes "
                             "after its last whole block are left out.\n"));
}

TEST_F(ReplayVerb, compares_every_agent_in_the_fleets_order_and_names_the_first_to_differ) {
    answer("broker", replayed("broker", Json::array({difference("broker", 9)})));
    answer("risk", replayed("risk", Json::array({difference("risk", 5)})));
    const ProgramResult result = real.run({"parity", "a.recording"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_NE(result.output.find("risk: different", result.output.find("broker: different")),
              std::string::npos)
        << result.output;
    EXPECT_TRUE(result.output.ends_with("The first difference is that of risk.\n"))
        << result.output;
    const auto document = parse_json(real.run({"parity", "a.recording", "-o", "json"}).output);
    ASSERT_TRUE(document);
    EXPECT_EQ(document.value().at("equal"), false);
    EXPECT_EQ(document.value().at("agents").size(), 2U);
    EXPECT_EQ(document.value().at("differences").at(0).at("agent"), "risk")
        << "by the agents' time, not by their order";
}

TEST_F(ReplayVerb, finds_parity_where_all_is_equal) {
    answer("broker", replayed("broker"));
    answer("risk", replayed("risk"));
    const ProgramResult result = real.run({"parity", "a.recording"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.output,
              "broker: equal, 12 callbacks, 3 outputs\nrisk: equal, 12 callbacks, 3 outputs\n");
    EXPECT_EQ(
        parse_json(real.run({"parity", "a.recording", "-o", "json"}).output).value().at("equal"),
        true);
}

TEST_F(ReplayVerb, compares_the_fleet_made_afresh_on_the_topics_that_are_named) {
    answer("fleet",
           {{"compared", 40},
            {"inputs", 500},
            {"outside", Json::array({"market-data", "news"})},
            {"differences", Json::array()},
            {"notes", Json::array({"2 agents have no part"})}});
    const ProgramResult result = real.run(
        {"parity", "a.recording", "--backtest", "--topic", "order.>", "--topic", "account.*"});
    EXPECT_EQ(result.exit_code, 0) << result.text();
    EXPECT_EQ(result.output,
              "a.recording: equal; 40 messages compared, made from 500 outside inputs of "
              "market-data, news\n"
              "  note: 2 agents have no part\n");
    ASSERT_EQ(asked().size(), 1U);
    EXPECT_EQ(asked()[0].at("what"), "fleet");
    EXPECT_EQ(asked()[0].at("file"), file());
    EXPECT_EQ(asked()[0].at("topics"), Json::array({"order.>", "account.*"}));
    answer("fleet",
           {{"differences", Json::array({difference("risk", 1)})}, {"notes", Json::array()}});
    const ProgramResult differs = real.run({"parity", "a.recording", "--backtest"});
    EXPECT_EQ(differs.exit_code, 1);
    EXPECT_THAT(differs.output, HasSubstr("a.recording: different;"));
    EXPECT_THAT(differs.output, HasSubstr("quantity                 recorded 1.0, now 2\n"));
}

TEST_F(ReplayVerb, refuses_what_is_no_topic_pattern_and_what_is_no_recording) {
    const CommandResult pattern =
        run_drover({"parity", file(), "--backtest", "--topic", "order\nx"});
    EXPECT_EQ(pattern.exit_code, 2);
    EXPECT_EQ(pattern.errors,
              "drover: 'order\\nx' is no topic pattern. Run 'drover parity --help' for help.\n");
    const std::string none = folder.path() / "none";
    std::ofstream(none) << "something else";
    for (const std::vector<std::string>& verb :
         {std::vector<std::string>{"replay", none, "--agent", "risk"}, {"parity", none}}) {
        const CommandResult result = run_drover(verb);
        EXPECT_EQ(result.exit_code, 1) << verb.front();
        EXPECT_THAT(result.errors, HasSubstr(none)) << verb.front();
    }
}

}  // namespace drover::test
