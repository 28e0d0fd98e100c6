/// The options that several verbs share.
#include "command/verb_options.hpp"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>

#include "parsed_verb.hpp"

namespace drover::test {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

struct Watch {
    Watch() {
        verb.add_option("NAME", names);
        add_interval(verb, interval, names);
    }
    CLI::App verb;
    std::vector<std::string> names;
    std::optional<milliseconds> interval;
};

}  // namespace

TEST(DurationOption, counts_seconds_where_no_unit_is_given) {
    CLI::App verb;
    milliseconds target = std::chrono::seconds(30);
    add_duration(verb, "--timeout", target, "How long");
    EXPECT_EQ(parse(verb, {}), "");
    EXPECT_EQ(target, std::chrono::seconds(30)) << "what was there stays";
    EXPECT_EQ(parse(verb, {"--timeout", "2"}), "");
    EXPECT_EQ(target, std::chrono::seconds(2));
    EXPECT_EQ(parse(verb, {"--timeout", "1.5"}), "");
    EXPECT_EQ(target, milliseconds(1500));
    EXPECT_EQ(parse(verb, {"--timeout", "3m"}), "");
    EXPECT_EQ(target, std::chrono::minutes(3));
    EXPECT_THAT(verb.help(), HasSubstr("How long (default: 30 s)"));
}

TEST(DurationOption, never_becomes_shorter_than_it_was_typed) {
    CLI::App verb;
    std::optional<milliseconds> target;
    add_duration(verb, "--duration", target, "How long");
    EXPECT_EQ(parse(verb, {"--duration", "0.0001"}), "");
    EXPECT_EQ(target, milliseconds(1));
}

TEST(DurationOption, says_what_is_no_duration) {
    CLI::App verb;
    std::optional<milliseconds> target;
    add_duration(verb, "--duration", target, "How long");
    for (const char* word : {"soon", "-1s", "5 parsecs"}) {
        EXPECT_THAT(parse(verb, {"--duration", word}), HasSubstr("--duration")) << word;
    }
    EXPECT_FALSE(target);
}

TEST(WatchOption, is_a_second_where_nothing_follows_and_gives_back_a_name_that_does) {
    Watch alone;
    EXPECT_EQ(parse(alone.verb, {"--watch"}), "");
    EXPECT_EQ(alone.interval, milliseconds(1000));
    EXPECT_THAT(alone.names, IsEmpty());

    Watch with_name;
    EXPECT_EQ(parse(with_name.verb, {"--watch", "risk", "broker"}), "");
    EXPECT_EQ(with_name.interval, milliseconds(1000));
    EXPECT_THAT(with_name.names, testing::UnorderedElementsAre("risk", "broker"));

    Watch with_interval;
    EXPECT_EQ(parse(with_interval.verb, {"risk", "--watch", "500ms"}), "");
    EXPECT_EQ(with_interval.interval, milliseconds(500));
    EXPECT_THAT(with_interval.names, ElementsAre("risk"));

    Watch none;
    EXPECT_EQ(parse(none.verb, {"risk"}), "");
    EXPECT_FALSE(none.interval);
}

TEST(WatchOption, and_interval_are_at_least_fifty_milliseconds) {
    Watch watch;
    EXPECT_THAT(parse(watch.verb, {"--watch", "49ms"}), HasSubstr("50ms is the shortest"));
    CLI::App verb;
    milliseconds pause(0);
    add_pause(verb, pause);
    EXPECT_THAT(parse(verb, {"--interval", "49ms"}),
                HasSubstr("'49ms' is too short: 50ms is the shortest."));
    EXPECT_EQ(parse(verb, {"--interval", "50ms"}), "");
    EXPECT_EQ(pause, milliseconds(50));
}

TEST(CountOption, is_a_whole_number_from_1_on) {
    CLI::App verb;
    std::uint64_t count = 0;
    add_count(verb, "count", "End", [&](std::uint64_t given) { count = given; });
    for (const char* word : {"0", "-1", "1e3", "1.5", "many", "99999999999999999999"}) {
        EXPECT_THAT(parse(verb, {"-n", word}),
                    HasSubstr("'" + std::string(word) + "' is no count: write a whole number"));
    }
    EXPECT_EQ(parse(verb, {"--count", "18446744073709551615"}), "");
    EXPECT_EQ(count, 18446744073709551615U);
}

TEST(SocketOption, stands_alone_or_names_an_endpoint) {
    bool is_given = false;
    std::string endpoint = "?";
    CLI::App verb;
    add_tap_socket(verb, is_given, endpoint);
    EXPECT_EQ(parse(verb, {}), "");
    EXPECT_FALSE(is_given);
    EXPECT_EQ(parse(verb, {"--socket"}), "");
    EXPECT_TRUE(is_given);
    EXPECT_EQ(endpoint, "");
    EXPECT_EQ(parse(verb, {"--socket", "tcp://127.0.0.1:*"}), "");
    EXPECT_EQ(endpoint, "tcp://127.0.0.1:*");
    EXPECT_THAT(parse(verb, {"--socket", ""}), HasSubstr("'' is no endpoint"));
}

TEST(NotEmpty, takes_every_value_but_the_empty_one) {
    std::string value;
    CLI::App verb;
    verb.add_option("ID", value)->check(not_empty("'' is no id."));
    EXPECT_EQ(parse(verb, {" "}), "");
    EXPECT_EQ(parse(verb, {""}), "ID: '' is no id.");
}

TEST(KindOption, is_repeatable_and_takes_commas_and_only_kinds_there_are) {
    CLI::App verb;
    std::vector<EventKind> kinds;
    add_event_kinds(verb, kinds);
    EXPECT_EQ(parse(verb, {"--kind", "refusal,loss", "--kind", "health"}), "");
    EXPECT_THAT(kinds, ElementsAre(EventKind::refusal, EventKind::loss, EventKind::health));
    EXPECT_THAT(parse(verb, {"--kind", "gossip"}), AllOf(HasSubstr("gossip"), HasSubstr("loss")));
}

TEST(OutputOption, is_text_or_another_word_beside_json) {
    bool as_json = false;
    CLI::App text_verb;
    add_output_format(text_verb, as_json);
    EXPECT_EQ(parse(text_verb, {"-o", "json"}), "");
    EXPECT_TRUE(as_json);
    EXPECT_EQ(parse(text_verb, {"--output", "text"}), "");
    EXPECT_FALSE(as_json);
    EXPECT_NE(parse(text_verb, {"-o", "table"}), "");
    CLI::App table_verb;
    add_output_format(table_verb, as_json, "table");
    EXPECT_EQ(parse(table_verb, {"-o", "table"}), "");
    EXPECT_NE(parse(table_verb, {"-o", "text"}), "");
}

TEST(GraphForm, has_a_word_for_each_form) {
    GraphForm form = GraphForm::text;
    CLI::App verb;
    add_graph_form(verb, form);
    EXPECT_EQ(parse(verb, {"-o", "mermaid"}), "");
    EXPECT_EQ(form, GraphForm::mermaid);
    EXPECT_NE(parse(verb, {"-o", "svg"}), "");
}

TEST(FileOption, is_agents_yaml_where_it_is_not_given) {
    std::filesystem::path file;
    CLI::App verb;
    add_fleet_file(verb, file);
    EXPECT_EQ(parse(verb, {}), "");
    EXPECT_EQ(file, "agents.yaml");
    EXPECT_EQ(parse(verb, {"--file", "desk.yaml"}), "");
    EXPECT_EQ(file, "desk.yaml");
}

}  // namespace drover::test
