/// What `drover why` prints.
#include <gmock/gmock.h>

#include "fake_droverd.hpp"
#include "past_messages.hpp"

namespace drover::test {

using testing::HasSubstr;
using testing::Not;

namespace {

const RecordedId said_bar{1, 1, 51};
const RecordedId said_advice{2, 1, 7};
const RecordedId said_order{3, 1, 1};

struct WhyVerb : testing::Test {
    WhyVerb() {
        write_past_recording(
            recording,
            past_names({{"advisor", 2}, {"risk", 3}}),
            {{said_advice,
              said_bar,
              "advice.SPX",
              R"({"reason":"fast crossed slow","weight":0.5,"note":null,"tag":""})",
              1},
             {said_order,
              said_advice,
              "order.submit",
              "{\"id\":\"abc\",\"by\":\"\\u001b[31m\"}",
              2}});
    }
    CommandResult why(std::vector<std::string> arguments) {
        arguments.insert(
            arguments.begin(),
            {"why", "--state-dir", folder.state().string(), "--recording", recording.string()});
        return run_drover(std::move(arguments));
    }
    CommandFolder folder;
    std::filesystem::path recording = folder.path() / "desk.recording";
};

}  // namespace

TEST_F(WhyVerb, tells_each_message_with_its_words_its_fields_and_its_cause) {
    const CommandResult told = why({"abc"});
    EXPECT_EQ(told.exit_code, 0) << told.errors;
    EXPECT_EQ(told.output,
              "1970-01-01T00:00:01Z  advisor 7  advice.SPX  because of 1 51\n"
              "      \"fast crossed slow\"\n"
              "      weight=0.5\n"
              "1970-01-01T00:00:02Z  risk 1  order.submit  because of advisor 7\n"
              "      id=abc  by=\\x1b[31m\n"
              "\nNot found, though a cause: 1 51.\n");
}

TEST_F(WhyVerb, tells_programs_the_chain_what_is_missing_and_where_it_looked) {
    const CommandResult told = why({"abc", "-o", "json"});
    EXPECT_EQ(told.exit_code, 0) << told.errors;
    const auto parsed = parse_json(told.output);
    ASSERT_TRUE(parsed) << told.output;
    const Json& json = parsed.value();
    EXPECT_EQ(json.at("id"), "abc");
    ASSERT_EQ(json.at("chain").size(), 2U);
    EXPECT_EQ(json.at("chain")[0].at("publisher"), "advisor");
    EXPECT_EQ(json.at("chain")[0].at("mentions"), false);
    EXPECT_EQ(json.at("chain")[1].at("mentions"), true);
    EXPECT_EQ(json.at("chain")[1].at("depth"), 2) << "the bar counts, though it is missing";
    EXPECT_EQ(json.at("missing"),
              Json::array({{{"publisher", 1}, {"incarnation", 1}, {"sequence", 51}}}));
    EXPECT_EQ(json.at("log"), nullptr);
    EXPECT_EQ(json.at("recording"), recording.string());
}

TEST_F(WhyVerb, refuses_an_empty_id_which_every_empty_field_would_mention) {
    const CommandResult refused = why({""});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_EQ(refused.output, "");
    EXPECT_THAT(refused.errors, HasSubstr("ORDER_ID: '' is no order id: give the whole of one."));
}

TEST_F(WhyVerb, answers_1_where_there_is_neither_log_nor_recording_nor_fleet) {
    const CommandResult told = run_drover({"why", "--state-dir", folder.state().string(), "abc"});
    EXPECT_EQ(told.exit_code, 1);
    EXPECT_THAT(told.errors, HasSubstr("is named with --recording FILE"));
}

TEST_F(WhyVerb, says_where_it_looked_for_an_order_that_nobody_mentions) {
    const CommandResult told = why({"ab"});
    EXPECT_EQ(told.exit_code, 1);
    EXPECT_EQ(told.output, "");
    EXPECT_THAT(told.errors,
                HasSubstr("No message in the recording '" + recording.string() +
                          "' mentions 'ab'. Give the whole client order id"));
    EXPECT_THAT(told.errors, Not(HasSubstr("The log holds")));
}

}  // namespace drover::test
