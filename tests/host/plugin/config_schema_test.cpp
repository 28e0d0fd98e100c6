#include "plugin/config_schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr const char* schema = R"({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "additionalProperties": false,
  "required": ["provider"],
  "properties": {
    "provider": {"enum": ["history", "simulated"], "description": "Where prices come from."},
    "file": {"type": "string", "format": "file-path"},
    "speed": {"oneOf": [{"type": "number", "exclusiveMinimum": 0},
                        {"type": "string", "pattern": "^[0-9]+x$"}, {"const": "max"}]},
    "crossover": {
      "type": "object", "additionalProperties": false, "required": ["fast", "slow"],
      "properties": {"fast": {"type": "integer", "minimum": 1, "maximum": 100},
                     "slow": {"$ref": "#/definitions/count"}}
    },
    "names": {"type": "array", "items": {"type": "string", "format": "file-path"}, "minItems": 1},
    "ratio": {"type": "number", "exclusiveMaximum": 1},
    "symbol": {"type": "string", "pattern": "^[A-Z]+$"},
    "either": {"type": ["integer", "boolean"]},
    "fixed": {"const": 5}
  },
  "definitions": {"count": {"type": "integer", "minimum": 2}}
})";

/// The violations as "pointer[#]: message"; # marks a key at fault.
std::vector<std::string> told(std::string_view rules, std::string_view config) {
    std::vector<std::string> texts;
    for (const ConfigViolation& violation : check_config(rules, config)) {
        texts.push_back(violation.pointer + (violation.is_at_key ? "#: " : ": ") +
                        violation.message);
    }
    return texts;
}

TEST(ConfigSchema, accepts_what_it_allows) {
    EXPECT_THAT(told(schema, R"({"provider": "history", "file": "x", "speed": 250,
        "crossover": {"fast": 1, "slow": 2}, "names": ["a"], "ratio": 0.5, "symbol": "SPX",
        "either": true, "fixed": 5})"),
                IsEmpty());
    EXPECT_THAT(told(schema, R"({"provider": "history", "speed": "max"})"), IsEmpty());
    EXPECT_THAT(told(schema, R"({"provider": "history", "speed": "60x"})"), IsEmpty());
}

TEST(ConfigSchema, tells_the_type_that_is_wanted_and_what_is_there) {
    EXPECT_THAT(told(schema, R"({"provider": "history", "file": 5, "names": "a",
        "crossover": [], "either": "x", "ratio": null})"),
                UnorderedElementsAre(
                    "/file: 'file' must be a text, and this is the number 5.",
                    "/names: 'names' must be a list, and this is the text 'a'.",
                    "/crossover: 'crossover' must be a map, and this is a list.",
                    "/either: 'either' must be a whole number or true or false, and this is the "
                    "text 'x'.",
                    "/ratio: 'ratio' must be a number, and this is nothing."));
    EXPECT_THAT(told(schema, R"({"provider": "history", "crossover": {"fast": 1.5, "slow": "3"}})"),
                UnorderedElementsAre(
                    "/crossover/fast: 'fast' must be a whole number, and this is the number 1.5.",
                    "/crossover/slow: 'slow' must be a whole number, and this is the text '3'."));
}

TEST(ConfigSchema, lists_all_unknown_keys_with_the_nearest_known) {
    EXPECT_THAT(
        told(schema, R"({"provider": "history", "sped": 1, "zzzzz": 2,
            "crossover": {"fast": 1, "slow": 2, "slwo": 3}})"),
        UnorderedElementsAre(
            "/sped#: unknown key 'sped'. Did you mean 'speed'?",
            "/zzzzz#: unknown key 'zzzzz'. Known are 'crossover', 'either', 'file', 'fixed', "
            "'names', 'provider', 'ratio', 'speed', 'symbol'.",
            "/crossover/slwo#: unknown key 'slwo'. Did you mean 'slow'?"));
}

TEST(ConfigSchema, names_a_missing_key_and_its_meaning) {
    EXPECT_THAT(told(schema, R"({"crossover": {"fast": 1}})"),
                UnorderedElementsAre(": 'provider' is missing (Where prices come from.).",
                                     "/crossover: 'slow' is missing in 'crossover'."));
}

TEST(ConfigSchema, tells_bounds_values_and_patterns) {
    EXPECT_THAT(
        told(schema, R"({"provider": "histroy", "ratio": 1, "symbol": "spx", "fixed": 6,
            "names": [], "crossover": {"fast": 101, "slow": 1}})"),
        UnorderedElementsAre(
            "/provider: 'provider' must be one of 'history', 'simulated', and this is the text "
            "'histroy'. Did you mean 'history'?",
            "/ratio: 'ratio' must be less than 1, and this is 1.",
            "/symbol: 'symbol' must match the pattern ^[A-Z]+$, and this is the text 'spx'.",
            "/fixed: 'fixed' must be 5, and this is the number 6.",
            "/names: 'names' must have at least 1 item, and this has none.",
            "/crossover/fast: 'fast' must be at most 100, and this is 101.",
            "/crossover/slow: 'slow' must be at least 2, and this is 1."));
}

TEST(ConfigSchema, tells_counts_twins_and_multiples) {
    constexpr const char* counted = R"({"type": "object", "minProperties": 2, "properties": {
        "few": {"type": "array", "maxItems": 2}, "sets": {"type": "array", "uniqueItems": true},
        "step": {"type": "number", "multipleOf": 0.25},
        "whole": {"type": "integer", "multipleOf": 5}}})";
    EXPECT_THAT(told(counted, R"({"few": [1, 2, 3], "sets": [4, 5, 4], "step": 0.30, "whole": 7})"),
                UnorderedElementsAre(
                    "/few: 'few' must have at most 2 items, and this has 3.",
                    "/sets: 'sets' must not have the same item twice: items 1 and 3 are equal.",
                    "/step: 'step' must be a multiple of 0.25, and this is 0.30.",
                    "/whole: 'whole' must be a multiple of 5, and this is 7."));
    EXPECT_THAT(told(counted, R"({"few": []})"),
                ElementsAre(": the config must have at least 2 keys, and this has 1."));
}

TEST(ConfigSchema, shows_a_number_digit_for_digit_as_it_was_written) {
    EXPECT_THAT(told(schema, R"({"provider": "history", "ratio": 100000000000000000000,
            "names": [12345678901234567890123], "crossover": {"fast": 1.50, "slow": 2}})"),
                UnorderedElementsAre(
                    "/ratio: 'ratio' must be less than 1, and this is 100000000000000000000.",
                    "/names/0: item 1 of 'names' must be a text, and this is the number "
                    "12345678901234567890123.",
                    "/crossover/fast: 'fast' must be a whole number, and this is the number "
                    "1.50."));
}

TEST(ConfigSchema, tells_alternatives_in_one_sentence) {
    EXPECT_THAT(
        told(schema, R"({"provider": "history", "speed": "fast"})"),
        ElementsAre("/speed: 'speed' must be a number of more than 0, or a text that matches "
                    "^[0-9]+x$, or 'max', and this is the text 'fast'."));
}

TEST(ConfigSchema, tells_the_bounds_of_a_number_among_alternatives) {
    constexpr const char* amount = R"({"type": "object", "properties": {"cash": {"anyOf": [
        {"type": "number", "exclusiveMinimum": 0, "maximum": 9},
        {"type": "string", "pattern": "^[0-9]+$"}]}}})";
    EXPECT_THAT(
        told(amount, R"({"cash": 0})"),
        ElementsAre("/cash: 'cash' must be a number of more than 0 and at most 9, or a text "
                    "that matches ^[0-9]+$, and this is the number 0."));
}

TEST(ConfigSchema, tells_how_long_a_text_may_be) {
    constexpr const char* texts = R"({"type": "object", "properties": {
        "symbol": {"type": "string", "minLength": 1, "maxLength": 3},
        "venue": {"type": "string", "minLength": 2}}})";
    EXPECT_THAT(told(texts, R"({"symbol": "", "venue": "x"})"),
                UnorderedElementsAre("/symbol: 'symbol' must be a text of 1 to 3 characters, and "
                                     "this is the text ''.",
                                     "/venue: 'venue' must be a text of at least 2 characters, and "
                                     "this is the text 'x'."));
}

TEST(ConfigSchema, does_not_name_a_bound_that_stands_where_it_does_not_look) {
    constexpr const char* rules =
        R"({"properties": {"mode": {}, "name": {}}, "dependencies": {"mode":
        {"properties": {"name": {"type": "string", "minLength": 3, "pattern": "^[a-z]*$"}}}}})";
    EXPECT_THAT(told(rules, R"({"name": "ab"})"), IsEmpty());
    EXPECT_THAT(
        told(rules, R"({"mode": 1, "name": "ab"})"),
        ElementsAre(HasSubstr("'name' must be a text of another length, and this is the text "
                              "'ab'")));
    EXPECT_THAT(
        told(rules, R"({"mode": 1, "name": "ABC"})"),
        ElementsAre(HasSubstr("'name' must be of another form, and this is the text 'ABC'")));
}

TEST(ConfigSchema, shows_the_beginning_of_a_long_text) {
    const std::string config =
        R"({"provider": "history", "symbol": ")" + std::string(500, 'x') + "\"}";
    EXPECT_THAT(told(schema, config), ElementsAre(HasSubstr("x … (500 bytes)'.")));
}

TEST(ConfigSchema, matches_no_text_that_is_so_long_that_the_process_would_end) {
    const std::string longest(1'000'000, '7');
    EXPECT_THAT(told(schema, R"({"provider": "history", "symbol": ")" + longest + "\"}"),
                ElementsAre("/symbol: 'symbol' must match a pattern, and this is the text '" +
                            std::string(60, '7') +
                            " … (1000000 bytes)'; it can be matched up to 4096 bytes."));
    EXPECT_THAT(told(schema, R"({"provider": "history", "speed": ")" + longest + "\"}"),
                ElementsAre(HasSubstr("'speed' must match a pattern")));
    EXPECT_THAT(told(schema, R"({"provider": "history", "file": ")" + longest + "\"}"), IsEmpty())
        << "a text without a pattern may be long";
    EXPECT_THAT(told(schema, R"({"provider": "history", ")" + longest + "\": 1}"),
                ElementsAre(HasSubstr("is too long")));
}

TEST(ConfigSchema, counts_items_of_lists_from_one) {
    EXPECT_THAT(told(schema, R"({"provider": "history", "names": ["a", 5]})"),
                ElementsAre("/names/1: item 2 of 'names' must be a text, and this is the number "
                            "5."));
}

TEST(ConfigSchema, that_is_missing_accepts_only_an_empty_config) {
    EXPECT_THAT(told("", "{}"), IsEmpty());
    EXPECT_THAT(told("", R"({"x": 1})"),
                ElementsAre("/x#: unknown key 'x'. No key is known here."));
}

TEST(ConfigSchema, itself_is_checked) {
    EXPECT_TRUE(check_schema(schema));
    EXPECT_TRUE(check_schema(""));
    EXPECT_THAT(check_schema("{").error().message, HasSubstr("It is no usable JSON Schema: "));
    EXPECT_THAT(check_schema("[]").error().message, HasSubstr("it is not an object"));
    EXPECT_FALSE(check_schema(R"({"type": 5})"));
    EXPECT_FALSE(check_schema(R"({"$ref": "http://example.com/x.json"})"));
}

TEST(ConfigSchema, reads_format_as_a_remark) {
    constexpr const char* dates = R"({"properties": {"day": {"format": "date"},
        "format": {"type": "string", "format": "date-time"}, "fixed": {"const": {"format": "x"}}}})";
    EXPECT_THAT(told(dates, R"({"day": 5, "format": "never", "fixed": {"format": "x"}})"),
                IsEmpty());
    EXPECT_THAT(told(dates, R"({"format": []})"),
                ElementsAre("/format: 'format' must be a text, and this is a list."));
}

TEST(ConfigSchema, survives_configs_of_any_shape) {
    for (const char* config : {"null", "5", "[]", "\"x\"", "{\"\": {}}", "not json", ""}) {
        EXPECT_FALSE(check_config(schema, config).empty()) << config;
    }
    EXPECT_THAT(check_config(schema, R"({"a/b": 1, "c~d": 2, "provider": "history"})"),
                testing::SizeIs(2));
}

std::filesystem::path data(const std::string& /*pointer*/) {
    return "/data/fleet";
}

TEST(ConfigPaths, become_absolute_where_the_schema_says_so) {
    EXPECT_EQ(
        resolve_paths(
            schema, R"({"provider": "history", "file": "../x.csv", "names": ["a", "/b"]})", data)
            .value(),
        R"({"provider":"history","file":"/data/x.csv","names":["/data/fleet/a","/b"]})");
}

TEST(ConfigPaths, leave_the_digits_of_numbers_alone) {
    constexpr const char* text =
        R"({"cash":100000.50,"tiny":0.1000000000000000000001,"big":18446744073709551615,)"
        R"("huge":123456789012345678901234567890,"minus":-5,"power":1e5,"list":[1.10,[2.20],{}],)"
        R"("text":"a\"b\u0001é","flags":[true,false,null],"a/b~c":{"x":1.0}})";
    EXPECT_EQ(resolve_paths("{}", text, data).value(), text);
}

TEST(ConfigPaths, ask_for_the_folder_of_each_value) {
    std::vector<std::string> asked;
    const auto resolved = resolve_paths(
        R"({"properties": {"a": {"properties": {"b/c": {"format": "file-path"}}},
            "l": {"items": {"properties": {"f": {"format": "file-path"}}}}}})",
        R"({"x": "y", "a": {"b/c": "one"}, "l": [{"f": "two"}, {"f": "", "g": "three"}]})",
        [&](const std::string& pointer) {
            asked.push_back(pointer);
            return std::filesystem::path("/base");
        });
    EXPECT_THAT(asked, ElementsAre("/a/b~1c", "/l/0/f"));
    EXPECT_EQ(resolved.value(),
              R"({"x":"y","a":{"b/c":"/base/one"},"l":[{"f":"/base/two"},{"f":"","g":"three"}]})");
}

TEST(ConfigPaths, fail_for_what_is_no_json) {
    EXPECT_EQ(resolve_paths(schema, "{", data).error().message, "The config is no JSON.");
}

}  // namespace
}  // namespace drover
