/// A JSON object that keeps every digit.
#include "backtest/json_text.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "decimal/decimal_text.hpp"

namespace drover {
namespace {

TEST(JsonTextTest, is_an_object_also_without_keys) {
    EXPECT_EQ(JsonText().text(), "{}");
}

TEST(JsonTextTest, has_its_keys_in_the_order_in_which_they_were_added) {
    JsonText json;
    json.add("b", std::int64_t{-3})
        .add("a", std::uint64_t{18'446'744'073'709'551'615U})
        .add("yes", true)
        .add("text", "words")
        .add_json("list", "[1,2]");
    EXPECT_EQ(json.text(),
              R"({"b":-3,"a":18446744073709551615,"yes":true,"text":"words","list":[1,2]})");
}

TEST(JsonTextTest, keeps_all_digits_of_an_amount) {
    JsonText json;
    json.add("cash", money_from_text("123456789012345678.123456789012345678"));
    EXPECT_EQ(json.text(), R"({"cash":123456789012345678.123456789012345678})");
}

TEST(JsonTextTest, has_null_where_a_number_is_none) {
    JsonText json;
    json.add("nan", std::nan(""))
        .add("infinite", -std::numeric_limits<double>::infinity())
        .add("number", 0.1);
    EXPECT_EQ(json.text(), R"({"nan":null,"infinite":null,"number":0.1})");
}

TEST(JsonTextTest, writes_texts_that_any_reader_of_json_takes) {
    const std::string text = "a \"quote\", a \\, \n, \x01, ü and \xFF";
    JsonText json;
    json.add("key \"1\"", text);
    const auto read = nlohmann::json::parse(json.text(), nullptr, false);
    ASSERT_FALSE(read.is_discarded()) << json.text();
    EXPECT_EQ(read.at("key \"1\""), "a \"quote\", a \\, \n, \x01, ü and \xEF\xBF\xBD")
        << "what is no UTF-8 is replaced";
    EXPECT_EQ(json_quoted("plain"), "\"plain\"");
    EXPECT_EQ(json_quoted(""), "\"\"");
}

}  // namespace
}  // namespace drover
