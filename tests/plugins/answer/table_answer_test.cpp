// Answers as tables.
#include "answer/table_answer.hpp"

#include <gtest/gtest.h>

namespace drover {
namespace {

TEST(TableAnswer, holds_columns_rows_and_sentences) {
    TableAnswer answer({{"symbol"}, {"quantity", true}});
    EXPECT_FALSE(answer.has_rows());
    answer.add({{"symbol", "SPX"}, {"quantity", "1"}});
    answer.say("One position.");
    const auto json = nlohmann::json::parse(answer.text());
    EXPECT_EQ(json.at("concerned"), true);
    EXPECT_EQ(json.at("columns").at(1), (nlohmann::json{{"key", "quantity"}, {"number", true}}));
    EXPECT_EQ(json.at("rows").at(0).at("symbol"), "SPX");
    EXPECT_EQ(json.at("sentences").at(0), "One position.");
}

TEST(TableAnswer, of_another_account_concerns_nobody) {
    const auto json = nlohmann::json::parse(TableAnswer::of_another_account("other", "paper"));
    EXPECT_EQ(json.at("concerned"), false);
    EXPECT_EQ(json.at("sentences").at(0), "This agent keeps the account 'paper', not 'other'.");
}

}  // namespace
}  // namespace drover
