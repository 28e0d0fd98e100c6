// The answers of agents as one table.
#include "command/answer_table.hpp"

#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

AgentTable answer(const std::string& agent, const std::string& rows, const std::string& said = "") {
    auto body = parse_json(R"({"concerned": true, "columns": [{"key": "name", "number": false},
        {"key": "last_size", "number": true}], "rows": [)" +
                           rows + R"(], "sentences": [)" + said + "]}");
    EXPECT_TRUE(body);
    return {agent, body.value()};
}

TEST(AnswerTable, puts_the_rows_of_all_agents_under_one_head) {
    const std::string text = answers_text({answer("one", R"({"name": "a", "last_size": "10.50"})"),
                                           answer("two", R"({"name": "b", "last_size": null})")},
                                          0);
    EXPECT_EQ(text,
              "NAME  LAST SIZE\n"
              "a     10.50\n"
              "b     -\n");
}

TEST(AnswerTable, says_each_sentence_once_below_the_table) {
    const std::string text =
        answers_text({answer("one", R"({"name": "a", "last_size": "1"})", R"("Done.")"),
                      answer("two", "", R"("Done.", "And that.")")},
                     0);
    EXPECT_EQ(text,
              "NAME  LAST SIZE\n"
              "a     1\n"
              "\n"
              "Done.\n"
              "And that.\n");
}

TEST(AnswerTable, shows_only_sentences_where_there_are_no_rows) {
    EXPECT_EQ(answers_text({answer("one", "", R"("Nothing there.")")}, 0), "Nothing there.\n");
}

TEST(AnswerTable, passes_over_those_that_are_not_concerned) {
    AgentTable other = answer("two", "", R"("Not mine.")");
    other.body["concerned"] = false;
    EXPECT_EQ(concerned({answer("one", ""), other}).size(), 1U);
    EXPECT_EQ(concerned({other}).size(), 1U) << "somebody has to say why";
}

TEST(AnswerTable, names_the_agent_of_each_row_in_json) {
    const Json json =
        answers_json({answer("one", R"({"name": "a", "last_size": "10.50"})", R"("Done.")")});
    EXPECT_EQ(json.at("rows").at(0).at("agent"), "one");
    EXPECT_EQ(json.at("rows").at(0).at("last_size"), "10.50");
    EXPECT_EQ(json.at("sentences").at(0), "Done.");
}

TEST(AnswerTable, refuses_an_answer_that_is_no_table) {
    EXPECT_TRUE(check_answer(answer("one", "")));
    AgentTable wrong = answer("one", "");
    wrong.body["rows"] = "none";
    const auto checked = check_answer(wrong);
    ASSERT_FALSE(checked);
    EXPECT_NE(checked.error().message.find("'one' answered something that is no table"),
              std::string::npos);
}

}  // namespace
}  // namespace drover
