/// The lines of a log, from its end and as they come, over files that are turned over.
#include "command/log_reader.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "base/message_type.hpp"
#include "fake_droverd.hpp"

namespace drover::test {

using testing::ElementsAre;
using testing::IsEmpty;

namespace {

struct LogReaders : testing::Test {
    static std::string record(const std::string& message, int life = 1, std::int64_t second = 0) {
        return R"({"time":")" + iso_time(second * 1'000'000'000) + R"(","agent":"risk","life":)" +
               std::to_string(life) + R"(,"message":")" + message + "\"}\n";
    }
    void write(const std::string& text, const std::string& name = "risk.log") {
        std::ofstream(folder.path() / name, std::ios::app) << text;
    }
    void turn_over() {
        std::filesystem::path last = folder.path() / "risk.2.log";
        std::filesystem::remove(last);
        if (std::filesystem::exists(folder.path() / "risk.1.log")) {
            std::filesystem::rename(folder.path() / "risk.1.log", last);
        }
        std::filesystem::rename(folder.path() / "risk.log", folder.path() / "risk.1.log");
    }
    static std::vector<std::string> messages(const std::vector<LogEntry>& entries) {
        std::vector<std::string> texts;
        for (const LogEntry& entry : entries) {
            texts.push_back(parse_json(entry.raw).value().at("message"));
        }
        return texts;
    }
    std::vector<std::string> past(const LogSelection& selection = {}) {
        return messages(reader.read_past(selection));
    }
    std::vector<std::string> fresh() { return messages(reader.read_new()); }

    CommandFolder folder;
    LogFileReader reader{folder.path() / "risk.log"};
};

}  // namespace

TEST_F(LogReaders, give_the_last_lines_oldest_first) {
    write(record("one") + record("two") + record("three"));
    EXPECT_THAT(past({.lines = 2}), ElementsAre("two", "three"));
}

TEST_F(LogReaders, go_back_into_files_that_were_turned_over) {
    write(record("one") + record("two"));
    turn_over();
    write(record("three"));
    turn_over();
    write(record("four"));
    EXPECT_THAT(past({.lines = 3}), ElementsAre("two", "three", "four"));
}

TEST_F(LogReaders, leave_a_line_without_a_time_where_it_stands) {
    write(record("one", 1, 5) + "no record\n" + record("two", 1, 7));
    const auto entries = reader.read_past({});
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_EQ(entries[1].raw, "no record");
    EXPECT_EQ(entries[1].time, entries[0].time);
    write("more of it\n" + record("three", 1, 9));
    const auto fresh_ones = reader.read_new();
    ASSERT_EQ(fresh_ones.size(), 2U);
    EXPECT_EQ(fresh_ones[0].time, fresh_ones[1].time);
}

TEST_F(LogReaders, look_behind_a_line_without_a_time_for_what_is_wanted_since) {
    constexpr std::int64_t second = 1'000'000'000;
    write(record("one", 1, 500) + "no record\n" + record("two", 1, 501));
    const auto entries = reader.read_past({.since = 500 * second});
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_EQ(entries[1].raw, "no record");
}

TEST_F(LogReaders, read_lines_that_are_longer_than_a_block) {
    write(record(std::string(100'000, 'a')) + record("b") + record(std::string(200'000, 'c')));
    const auto texts = past();
    ASSERT_EQ(texts.size(), 3U);
    EXPECT_EQ(texts[0].size(), 100'000U);
    EXPECT_EQ(texts[1], "b");
    EXPECT_EQ(texts[2].size(), 200'000U);
}

TEST_F(LogReaders, give_what_comes_once_and_only_when_it_is_whole) {
    const std::string next = record("two");
    write(record("one") + next.substr(0, 5));
    EXPECT_THAT(past(), ElementsAre("one"));
    EXPECT_THAT(fresh(), IsEmpty());
    write(next.substr(5) + record("three"));
    EXPECT_THAT(fresh(), ElementsAre("two", "three"));
    EXPECT_THAT(fresh(), IsEmpty());
}

TEST_F(LogReaders, miss_nothing_when_files_are_turned_over_twice_between_two_looks) {
    write(record("one"));
    EXPECT_THAT(past({.lines = 0}), IsEmpty());
    write(record("two"));
    turn_over();
    write(record("three"));
    turn_over();
    write(record("four"));
    EXPECT_THAT(fresh(), ElementsAre("two", "three", "four"));
}

TEST_F(LogReaders, wait_for_a_log_that_does_not_exist_yet) {
    EXPECT_THAT(past(), IsEmpty());
    write(record("one"));
    EXPECT_THAT(fresh(), ElementsAre("one"));
}

TEST_F(LogReaders, give_only_what_is_not_older_than_asked_for) {
    write(record("one", 1, 100) + record("two", 1, 200) + record("three", 1, 300));
    EXPECT_THAT(past({.since = 200'000'000'000}), ElementsAre("two", "three"));
}

TEST_F(LogReaders, give_the_life_before_the_last_one) {
    write(record("old", 1) + record("crash", 2));
    turn_over();
    write(record("last words", 2) + record("new", 3));
    EXPECT_THAT(past({.previous = true}), ElementsAre("crash", "last words"));
}

TEST_F(LogReaders, give_nothing_of_a_life_before_the_first_one) {
    write(record("only"));
    EXPECT_THAT(past({.previous = true}), IsEmpty());
}

}  // namespace drover::test
