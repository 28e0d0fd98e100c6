/// Writing events and reading them, over turns, ends and torn lines.
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "events/event_reader.hpp"
#include "events/event_writer.hpp"
#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class EventFiles : public testing::Test {
protected:
    [[nodiscard]] EventWriter open(std::uint64_t run, EventLimits limits = {}) const {
        auto writer = EventWriter::open(folder(), run, limits);
        EXPECT_TRUE(writer.has_value());
        return std::move(writer.value());
    }
    [[nodiscard]] std::filesystem::path folder() const { return scratch_.path() / "events"; }
    [[nodiscard]] std::uintmax_t bytes() const {
        std::uintmax_t all = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder())) {
            all += entry.file_size();
        }
        return all;
    }
    static FleetEvent event(const std::string& reason) {
        FleetEvent made;
        made.kind = EventKind::supervisor;
        made.reason = reason;
        return made;
    }
    /// "run.sequence reason" of all that is new.
    static std::vector<std::string> news(EventReader& reader) {
        std::vector<std::string> found;
        reader.read_new([&](const FleetEvent& read, const std::string& /*line*/) {
            found.push_back(std::to_string(read.run) + "." + std::to_string(read.sequence) + " " +
                            read.reason);
        });
        return found;
    }
    [[nodiscard]] std::vector<std::string> all() const {
        EventReader reader(folder());
        return news(reader);
    }

private:
    test::ScratchFolder scratch_;
};

TEST_F(EventFiles, keep_events_in_order_with_run_sequence_and_time) {
    EventWriter writer = open(1);
    writer.write(event("one"));
    writer.write(event("two"));
    EXPECT_THAT(all(), ElementsAre("1.1 one", "1.2 two"));
    EventReader reader(folder());
    reader.read_new([](const FleetEvent& read, const std::string& line) {
        EXPECT_GT(read.time, 0);
        EXPECT_EQ(line, to_line(read));
    });
}

TEST_F(EventFiles, go_on_with_the_sequence_in_the_next_run) {
    open(1).write(event("one"));
    open(2).write(event("two"));
    EXPECT_THAT(all(), ElementsAre("1.1 one", "2.2 two"));
}

TEST_F(EventFiles, bear_a_torn_last_line) {
    open(1).write(event("one"));
    std::ofstream(event_file(folder(), 0), std::ios::app) << R"({"time":"2026-11-)";
    EXPECT_THAT(all(), ElementsAre("1.1 one"));
    open(2).write(event("two"));
    EXPECT_THAT(all(), ElementsAre("1.1 one", "2.2 two"));
}

TEST_F(EventFiles, are_turned_over_at_their_limit_and_stay_bounded) {
    const EventLimits limits{2000, 2};
    EventWriter writer = open(1, limits);
    for (int number = 1; number <= 200; ++number) {
        writer.write(event("event " + std::to_string(number)));
    }
    EXPECT_LE(bytes(), 3 * limits.largest_file);
    EXPECT_FALSE(std::filesystem::exists(event_file(folder(), 3)));
    const auto kept = all();
    ASSERT_GT(kept.size(), 20U);
    EXPECT_EQ(kept.back(), "1.200 event 200");
    const std::size_t first = 200 - kept.size() + 1;
    EXPECT_EQ(kept.front(), "1." + std::to_string(first) + " event " + std::to_string(first))
        << "none is missing in between";
}

TEST_F(EventFiles, go_on_with_the_sequence_when_the_newest_file_is_empty) {
    const EventLimits limits{2000, 2};
    open(1, limits).write(event("one"));
    std::filesystem::rename(event_file(folder(), 0), event_file(folder(), 1));
    open(2, limits).write(event("two"));
    EXPECT_THAT(all(), ElementsAre("1.1 one", "2.2 two"));
}

TEST_F(EventFiles, are_followed_over_any_number_of_turns_without_a_gap) {
    const EventLimits limits{2000, 4};
    EventWriter writer = open(1, limits);
    EventReader reader(folder());
    int written = 0;
    int read = 0;
    // Up to three files' worth between two looks.
    for (const int burst : {1, 5, 12, 30, 1, 2, 30, 7, 25, 30}) {
        for (int count = 0; count < burst; ++count) {
            writer.write(event("event " + std::to_string(++written)));
        }
        for (const std::string& line : news(reader)) {
            ++read;
            EXPECT_EQ(line, "1." + std::to_string(read) + " event " + std::to_string(read));
        }
        EXPECT_EQ(read, written);
    }
}

TEST_F(EventFiles, are_followed_when_they_begin_later_or_anew) {
    EventReader reader(folder());
    EXPECT_THAT(news(reader), IsEmpty());
    {
        EventWriter writer = open(1);
        writer.write(event("one"));
        writer.write(event("two"));
        EXPECT_THAT(news(reader), ElementsAre("1.1 one", "1.2 two"));
    }
    std::filesystem::remove_all(folder());
    open(1).write(event("afresh"));
    EXPECT_THAT(news(reader), ElementsAre("1.1 afresh"));
}

TEST_F(EventFiles, hand_over_a_line_once_it_is_whole) {
    open(1).write(event("one"));
    EventReader reader(folder());
    EXPECT_THAT(news(reader), ElementsAre("1.1 one"));
    FleetEvent later = event("two");
    later.run = 1;
    later.sequence = 2;
    const std::string line = to_line(later) + "\n";
    std::ofstream(event_file(folder(), 0), std::ios::app) << line.substr(0, 30);
    EXPECT_THAT(news(reader), IsEmpty());
    std::ofstream(event_file(folder(), 0), std::ios::app) << line.substr(30);
    EXPECT_THAT(news(reader), ElementsAre("1.2 two"));
}

TEST_F(EventFiles, that_cannot_be_made_are_an_error_that_names_the_folder) {
    std::ofstream(folder()) << "a file where the folder should be";
    const auto writer = EventWriter::open(folder(), 1);
    ASSERT_FALSE(writer.has_value());
    EXPECT_NE(writer.error().message.find(folder().string()), std::string::npos);
}

}  // namespace
}  // namespace drover
