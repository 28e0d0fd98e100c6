/// A document as plain data, and all that can be wrong with it.
#include "config/yaml_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// What is wrong with `text`, as "line:column: message".
std::vector<std::string> faults_of(const std::string& text) {
    std::vector<std::string> texts;
    for (const Fault& fault : parse_yaml(text, "f").faults) {
        texts.push_back(fault.text().substr(2));
    }
    return texts;
}

TEST(Yaml, finds_a_key_that_stands_twice) {
    EXPECT_THAT(faults_of("a: 1\nb: {c: 1, d: 2, c: 3}\n\"a\": 2\n"),
                ElementsAre("2:17: The key 'c' stands here for the second time; the first is in "
                            "line 2.",
                            "3:1: The key 'a' stands here for the second time; the first is in "
                            "line 1."));
}

TEST(Yaml, tells_where_a_syntax_error_stands) {
    EXPECT_THAT(faults_of("a: [1, 2\nb: 3\n"),
                ElementsAre(HasSubstr("a '[' is not closed by ']'")));
    EXPECT_THAT(faults_of("a: {b: 1\n"),
                ElementsAre("2:1: This is not valid YAML: a '{' is not closed by '}', or a ',' is "
                            "missing before this place."));
    EXPECT_THAT(faults_of("a:\n   b: 1\n  c: 2\n"),
                ElementsAre("3:3: This is not valid YAML: this line belongs to no map above it; "
                            "compare its indentation and quotes."));
    EXPECT_THAT(faults_of("a: b: c\n"),
                ElementsAre(HasSubstr("1:5: This is not valid YAML: a ':'")));
    EXPECT_THAT(faults_of("a: @b\n"), ElementsAre(HasSubstr("needs quotes")));
    EXPECT_THAT(faults_of("a: *b\n"), ElementsAre(HasSubstr("1:4: ")));
}

TEST(Yaml, names_a_tab_in_the_indentation) {
    EXPECT_THAT(faults_of("a:\n  b: 1\n\tc: 2\n"),
                ElementsAre(HasSubstr("The line is indented with a tab; use spaces.")));
}

TEST(Yaml, explains_variables_without_quotes_in_a_flow_map) {
    EXPECT_THAT(faults_of("a: {b: ${C}}\n"),
                ElementsAre(HasSubstr("Inside { } and [ ] a text with ${NAME} needs quotes.")));
}

TEST(Yaml, finds_a_quote_that_is_not_closed) {
    for (const char* text :
         {"a: 'x", "a: \"x", "a: \"x\\\"\n", "a: 'x''\n", "a: &b \"x", "a: !t 'x"}) {
        EXPECT_THAT(faults_of(text), testing::Contains(HasSubstr("is not closed"))) << text;
    }
    for (const char* text : {"a: 'x'''",
                             "a: \"\\\"\"",
                             "a: ''",
                             "a: &b \"x\"",
                             "a: |\n  'x\n",
                             "a: >\n  \"x\n",
                             "a: x'y\n"}) {
        EXPECT_THAT(faults_of(text), IsEmpty()) << text;
    }
}

TEST(Yaml, resolves_aliases_and_merge_keys) {
    const YamlDocument document = parse_yaml(
        "base: &b {x: 1, y: 2}\nother: {<<: *b, y: 3}\nboth: {<<: [*b, {z: 9, x: 7}]}\n"
        "copy: *b\n",
        "f");
    EXPECT_THAT(document.faults, IsEmpty());
    const YamlNode& other = document.root.find("other")->value;
    EXPECT_EQ(other.find("y")->value.text, "3");
    EXPECT_EQ(other.find("x")->value.text, "1");
    EXPECT_THAT(other.entries, SizeIs(2));
    const YamlNode& both = document.root.find("both")->value;
    EXPECT_EQ(both.find("x")->value.text, "1");
    EXPECT_EQ(both.find("z")->value.text, "9");
    EXPECT_EQ(document.root.find("copy")->value.find("y")->value.text, "2");
}

TEST(Yaml, keeps_the_place_of_a_value_behind_an_alias) {
    const YamlDocument document = parse_yaml("a: &x [5]\nb: *x\n", "f");
    const YamlNode& item = document.root.find("b")->value.items.at(0);
    EXPECT_EQ(item.place.line, 1);
    EXPECT_EQ(item.place.column, 8);
}

TEST(Yaml, refuses_a_merge_of_what_is_no_map) {
    EXPECT_THAT(faults_of("a: {<<: 5}\n"),
                ElementsAre("1:9: '<<' takes a map or a list of maps, and this is the number 5."));
}

TEST(Yaml, refuses_an_alias_inside_its_own_value) {
    EXPECT_THAT(faults_of("a: &x [*x]\n"),
                ElementsAre("1:8: This alias stands inside the value that it refers to."));
}

TEST(Yaml, refuses_keys_that_are_no_text) {
    EXPECT_THAT(faults_of("? [a, b]\n: c\n"),
                ElementsAre("1:3: A key must be a text, and this is a list."));
    EXPECT_THAT(faults_of("~: c\n"), ElementsAre(HasSubstr("A key must be a text")));
}

TEST(Yaml, refuses_tags_other_than_str) {
    EXPECT_THAT(faults_of("a: !!int 5\nb: !x {}\n"),
                ElementsAre("1:4: The tag 'tag:yaml.org,2002:int' is not supported; remove it.",
                            "2:4: The tag '!x' is not supported; remove it."));
    const YamlDocument document = parse_yaml("a: !!str 5\n", "f");
    EXPECT_FALSE(document.root.find("a")->value.is_plain);
}

TEST(Yaml, refuses_a_second_document) {
    EXPECT_THAT(faults_of("a: 1\n---\nb: 2\n"),
                ElementsAre("2:1: A second YAML document begins here; an agents file holds one."));
}

TEST(Yaml, refuses_deep_nesting_without_a_crash) {
    EXPECT_THAT(faults_of(std::string(100'000, '[')),
                ElementsAre(HasSubstr("nested more than 64 levels deep")));
    EXPECT_THAT(faults_of(std::string(100'000, '{')),
                ElementsAre(HasSubstr("nested more than 64 levels deep")));
    std::string text;
    for (std::size_t level = 0; level < 200; ++level) {
        text += std::string(level, ' ') + "a:\n";
    }
    EXPECT_THAT(faults_of(text), ElementsAre(HasSubstr("nested more than 64 levels deep")));
}

TEST(Yaml, refuses_aliases_that_multiply) {
    std::string text = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
    for (char name = 'b'; name < 'k'; ++name) {
        const std::string before = std::string("*") + static_cast<char>(name - 1);
        text += std::string(1, name) + ": &" + name + " [" + before;
        for (int copy = 0; copy < 9; ++copy) {
            text += "," + before;
        }
        text += "]\n";
    }
    EXPECT_THAT(faults_of(text), ElementsAre(HasSubstr("more than 200000 values")));
}

TEST(Yaml, never_crashes_on_damaged_files) {
    const std::string good =
        "a: &x {b: [1, \"two\", 'three'], <<: {c: 4}}\nd: *x\ne:\n  - f\n  - |\n    g\n? h\n: "
        "!!str i\n";
    const std::string letters = "{}[]:,&*!|>'\"%@`#-? \t\n\r\\x$<";
    // Every place with every letter: replaced and inserted.
    for (std::size_t place = 0; place < good.size(); ++place) {
        for (const char letter : letters) {
            std::string replaced = good;
            replaced[place] = letter;
            static_cast<void>(parse_yaml(replaced, "f"));
            std::string inserted = good;
            inserted.insert(place, 1, letter);
            static_cast<void>(parse_yaml(inserted, "f"));
        }
        static_cast<void>(parse_yaml(good.substr(0, place), "f"));
    }
}

TEST(Yaml, knows_a_number_from_a_text_in_quotes) {
    const YamlDocument document = parse_yaml("a: 5\nb: '5'\nc: \"5\"\nd: |\n  5\n", "f");
    EXPECT_TRUE(document.is_complete);
    EXPECT_TRUE(document.root.find("a")->value.is_plain);
    for (const char* key : {"b", "c", "d"}) {
        EXPECT_FALSE(document.root.find(key)->value.is_plain) << key;
    }
}

TEST(Yaml, says_what_a_value_is) {
    const YamlDocument document = parse_yaml(
        "text: five\nquoted: '5'\nnumber: 5\ntrue: true\nnothing: ~\nempty:\nlist: []\n"
        "map: {}\n",
        "f");
    const auto said = [&document](const char* key) {
        return describe(document.root.find(key)->value);
    };
    EXPECT_EQ(said("text"), "the text 'five'");
    EXPECT_EQ(said("quoted"), "the text '5'");
    EXPECT_EQ(said("number"), "the number 5");
    EXPECT_EQ(said("true"), "'true'");
    EXPECT_EQ(said("nothing"), "nothing");
    EXPECT_EQ(said("empty"), "nothing");
    EXPECT_EQ(said("list"), "a list");
    EXPECT_EQ(said("map"), "a map");
}

TEST(Yaml, says_of_a_long_value_only_how_it_begins) {
    const YamlDocument document =
        parse_yaml("text: " + std::string(500, 'x') + "\nnumber: " + std::string(500, '7'), "f");
    EXPECT_EQ(describe(document.root.find("text")->value),
              "the text '" + std::string(60, 'x') + " … (500 bytes)'");
    EXPECT_EQ(describe(document.root.find("number")->value),
              "the number " + std::string(60, '7') + " … (500 bytes)");
}

TEST(Yaml, points_at_the_key_where_there_is_no_value) {
    const YamlDocument document = parse_yaml("a:\n  b:\n  c:  5\n", "f");
    const YamlNode& map = document.root.find("a")->value;
    const YamlEntry& empty = *map.find("b");
    EXPECT_EQ(empty.place().line, 2);
    EXPECT_EQ(empty.place().column, 3);
    const YamlEntry& given = *map.find("c");
    EXPECT_EQ(given.place().line, 3);
    EXPECT_EQ(given.place().column, 7);
    EXPECT_EQ(given.place().file, "f");
}

TEST(Yaml, finds_a_key_that_may_be_changed_and_none_that_is_not_there) {
    YamlDocument document = parse_yaml("a: 1\nb: 2\n", "f");
    document.root.find("b")->value.text = "3";
    EXPECT_EQ(std::as_const(document).root.find("b")->value.text, "3");
    EXPECT_EQ(document.root.find("c"), nullptr);
}

TEST(Yaml, takes_as_many_levels_as_it_says_and_no_more) {
    const auto nested = [](std::size_t levels) {
        return std::string(levels, '[') + std::string(levels, ']');
    };
    EXPECT_THAT(faults_of(nested(64)), IsEmpty());
    EXPECT_THAT(faults_of(nested(65)), ElementsAre(HasSubstr("nested more than 64 levels deep")));
    EXPECT_THAT(faults_of("a: &a " + nested(40) + "\nb: " + std::string(30, '[') + "*a" +
                          std::string(30, ']') + "\n"),
                ElementsAre(HasSubstr("nested more than 64 levels deep")))
        << "an alias is as deep as what it stands for";
}

TEST(Yaml, has_no_root_after_a_syntax_error) {
    const YamlDocument document = parse_yaml("a: 1\nb: [\n", "f");
    EXPECT_FALSE(document.is_complete);
    EXPECT_EQ(document.root.kind, YamlNode::Kind::null);
    EXPECT_THAT(document.faults, SizeIs(1));
}

}  // namespace
}  // namespace drover
