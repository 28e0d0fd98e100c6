/// Reading the keys of one map: what is right reaches its target, what is wrong its place.
#include "config/map_reader.hpp"

#include <gmock/gmock.h>

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

enum class Colour { red, green };
constexpr Word<Colour> colours[] = {{"red", Colour::red}, {"green", Colour::green}};

/// A map of the section `backoff`, where keys do not matter to the functions that read.
struct ReadMap {
    explicit ReadMap(const std::string& text, Section section = Section::backoff)
        : source(parse_yaml(text, "f")), reader(source.root, section, "agent 'a'", faults) {
        EXPECT_THAT(source.faults, IsEmpty());
    }
    /// "line:column: message", without the owner.
    [[nodiscard]] std::vector<std::string> sentences() const {
        std::vector<std::string> texts;
        for (const Fault& fault : faults) {
            std::string text = fault.text().substr(std::string("f:").size());
            const std::size_t owner = text.find("agent 'a': ");
            EXPECT_NE(owner, std::string::npos) << text;
            texts.push_back(text.erase(owner, std::string("agent 'a': ").size()));
        }
        return texts;
    }
    YamlDocument source;
    std::vector<Fault> faults;
    MapReader reader;
};

/// What reading the value of `initial` by `read` finds wrong.
template <typename Read>
std::vector<std::string> faults_in(const std::string& value, const Read& read) {
    const ReadMap map("initial: " + value);
    read(map.reader);
    return map.sentences();
}

TEST(MapReader, leaves_a_target_alone_where_the_key_is_absent_or_has_no_value) {
    for (const char* text : {"factor: 2", "initial:", "initial: ~", "initial: null"}) {
        const ReadMap map(text);
        std::string word = "as it was";
        map.reader.read_text("initial", word);
        bool truth = true;
        map.reader.read_boolean("initial", truth);
        int number = 7;
        map.reader.read_integer("initial", number, 0, 9);
        EXPECT_EQ(word, "as it was");
        EXPECT_TRUE(truth);
        EXPECT_EQ(number, 7);
        EXPECT_THAT(map.sentences(), IsEmpty()) << text;
    }
}

TEST(MapReader, refuses_what_is_no_map_with_a_key_that_would_stand_there) {
    EXPECT_THAT(ReadMap("[1, 2]").sentences(),
                ElementsAre("1:1: a map with keys such as 'initial' is expected here, and this is "
                            "a list."));
}

TEST(MapReader, tells_unknown_keys_from_those_of_later_releases_and_of_plugins) {
    EXPECT_THAT(ReadMap("initail: 1s").sentences(),
                ElementsAre("1:1: unknown key 'initail'. Did you mean 'initial'?"));
    EXPECT_THAT(ReadMap("plugin: p\npartition: 3\non_link_lost: keep", Section::agent).sentences(),
                ElementsAre("2:1: 'partition' is not available yet in this version of drover: "
                            "remove the key.",
                            "3:1: 'on_link_lost' is a key of the plugin: write it under the "
                            "agent's 'config'."));
}

TEST(MapReader, reads_a_text_also_where_it_looks_like_a_number) {
    std::string target;
    const auto read = [&](const MapReader& reader) { reader.read_text("initial", target); };
    EXPECT_THAT(faults_in("012", read), IsEmpty());
    EXPECT_EQ(target, "012");
    EXPECT_THAT(faults_in("''", read), ElementsAre("1:10: 'initial' is empty."));
    EXPECT_THAT(faults_in("[a]", read),
                ElementsAre("1:10: 'initial' takes a text, and this is a list."));
    EXPECT_EQ(target, "012");
}

TEST(MapReader, reads_yes_and_no_but_not_where_they_are_texts) {
    bool target = false;
    const auto read = [&](const MapReader& reader) { reader.read_boolean("initial", target); };
    EXPECT_THAT(faults_in("yes", read), IsEmpty());
    EXPECT_TRUE(target);
    EXPECT_THAT(faults_in("False", read), IsEmpty());
    EXPECT_FALSE(target);
    for (const char* wrong : {"'yes'", "1", "on", "{a: 1}"}) {
        EXPECT_THAT(faults_in(wrong, read),
                    ElementsAre(HasSubstr("1:10: 'initial' takes true or false, and this is ")))
            << wrong;
    }
    EXPECT_FALSE(target);
}

TEST(MapReader, reads_a_duration_from_the_least_one_on) {
    Nanoseconds target{0};
    const auto read = [&](const MapReader& reader) {
        reader.read_duration("initial", target, std::chrono::milliseconds(10));
    };
    EXPECT_THAT(faults_in("10ms", read), IsEmpty());
    EXPECT_EQ(target, std::chrono::milliseconds(10));
    EXPECT_THAT(faults_in("9ms", read),
                ElementsAre("1:10: 'initial' must be at least 10ms, and this is 9ms."));
    EXPECT_THAT(faults_in("[1s]", read), ElementsAre(HasSubstr("takes a duration such as 250ms")));
    EXPECT_THAT(faults_in("5", read), ElementsAre(HasSubstr("1:10: 'initial': ")));
    EXPECT_EQ(target, std::chrono::milliseconds(10));
}

TEST(MapReader, reads_a_size_from_the_least_one_on) {
    std::uint64_t target = 0;
    const auto read = [&](const MapReader& reader) {
        reader.read_size("initial", target, std::uint64_t{64} << 10U);
    };
    EXPECT_THAT(faults_in("1MiB", read), IsEmpty());
    EXPECT_EQ(target, std::uint64_t{1} << 20U);
    EXPECT_THAT(faults_in("63KiB", read),
                ElementsAre("1:10: 'initial' must be at least 64KiB, and this is 63KiB."));
    EXPECT_THAT(faults_in("{}", read), ElementsAre(HasSubstr("takes a size such as 512KiB")));
    EXPECT_THAT(faults_in("many", read), ElementsAre(HasSubstr("1:10: 'initial': ")));
    EXPECT_EQ(target, std::uint64_t{1} << 20U);
}

TEST(MapReader, reads_whole_numbers_and_decimals_in_their_range) {
    int whole = 0;
    const auto read_whole = [&](const MapReader& reader) {
        reader.read_integer("initial", whole, 1, 10);
    };
    EXPECT_THAT(faults_in("10", read_whole), IsEmpty());
    EXPECT_EQ(whole, 10);
    for (const char* wrong : {"0", "11", "1.5", "'3'", "0x3", "99999999999", "[3]"}) {
        EXPECT_THAT(faults_in(wrong, read_whole),
                    ElementsAre(HasSubstr("1:10: 'initial' takes a whole number from 1 to 10, and "
                                          "this is ")))
            << wrong;
    }
    EXPECT_EQ(whole, 10);

    double decimal = 0;
    const auto read_decimal = [&](const MapReader& reader) {
        reader.read_number("initial", decimal, 0, 1.5);
    };
    EXPECT_THAT(faults_in("1.5", read_decimal), IsEmpty());
    EXPECT_EQ(decimal, 1.5);
    for (const char* wrong : {"1.51", "-0.1", "'1'", ".nan", "one"}) {
        EXPECT_THAT(faults_in(wrong, read_decimal),
                    ElementsAre(HasSubstr("1:10: 'initial' takes a number from 0 to 1.5, and")))
            << wrong;
    }
    EXPECT_EQ(decimal, 1.5);
}

TEST(MapReader, reads_one_of_several_words) {
    Colour target = Colour::red;
    const auto read = [&](const MapReader& reader) {
        reader.read_word("initial", target, colours, {"blue"});
    };
    EXPECT_THAT(faults_in("green", read), IsEmpty());
    EXPECT_EQ(target, Colour::green);
    EXPECT_THAT(
        faults_in("gren", read),
        ElementsAre("1:10: 'initial' takes red or green, and this is the text 'gren'. Did you "
                    "mean 'green'?"));
    EXPECT_THAT(faults_in("blue", read),
                ElementsAre("1:10: 'initial: blue' is not available yet: use red or green."));
    EXPECT_THAT(faults_in("[green]", read),
                ElementsAre("1:10: 'initial' takes red or green, and this is a list."));
    EXPECT_EQ(target, Colour::green);
}

TEST(Alternatives, are_joined_as_a_person_says_them) {
    EXPECT_EQ(alternatives({"a"}), "a");
    EXPECT_EQ(alternatives({"a", "b"}), "a or b");
    EXPECT_EQ(alternatives({"a", "b", "c"}), "a, b or c");
}

}  // namespace
}  // namespace drover
