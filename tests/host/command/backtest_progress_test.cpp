// Progress for people at a terminal and for programs.
#include "command/backtest_progress.hpp"

#include <array>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "base/json_value.hpp"
#include "base/message_type.hpp"

namespace drover {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

constexpr std::int64_t day = 86'400'000'000'000;

/// A pipe, and what has come through it.
class Seen {
public:
    Seen() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_NONBLOCK), 0);
        reading_ = FileDescriptor(ends[0]);
        writing_ = FileDescriptor(ends[1]);
    }
    [[nodiscard]] int descriptor() const { return writing_.number(); }
    [[nodiscard]] std::string text() const {
        std::array<char, 4096> block{};
        const ssize_t got = ::read(reading_.number(), block.data(), block.size());
        return got > 0 ? std::string(block.data(), static_cast<std::size_t>(got)) : "";
    }

private:
    FileDescriptor reading_;
    FileDescriptor writing_;
};

Json told(double seconds) {
    return {{"instants", 3354},
            {"deliveries", 90000},
            {"events", 1234567},
            {"began", 10 * day},
            {"time", 35 * day},
            {"seconds", seconds}};
}

TEST(BacktestProgress, is_one_line_at_a_terminal_after_a_second_and_is_wiped_away) {
    const Seen terminal;
    {
        BacktestProgress progress(terminal.descriptor(), -1, 110 * day);
        progress.show(told(0.9));
        EXPECT_EQ(terminal.text(), "");
        progress.show(told(2.5));
        EXPECT_EQ(terminal.text(),
                  "\r\x1b[K1970-02-05T00:00:00Z  25 %  3,354 instants  1,234,567 events  2 s");
    }
    EXPECT_EQ(terminal.text(), "\r\x1b[K");
}

TEST(BacktestProgress, leaves_out_the_share_where_the_end_is_not_known) {
    const Seen terminal;
    BacktestProgress progress(terminal.descriptor(), -1, std::nullopt);
    progress.show(told(2.5));
    EXPECT_THAT(terminal.text(), HasSubstr("1970-02-05T00:00:00Z  3,354 instants"));
}

TEST(BacktestProgress, is_a_json_line_for_programs) {
    const Seen programs;
    BacktestProgress progress(-1, programs.descriptor(), 110 * day);
    progress.show(told(0.25));
    const std::string text = programs.text();
    EXPECT_THAT(text, EndsWith("}\n"));
    const Json line = parse_json(text).value();
    EXPECT_EQ(line.at("instants"), 3354);
    EXPECT_EQ(line.at("events"), 1234567);
    EXPECT_EQ(line.at("time"), "1970-02-05T00:00:00Z");
    EXPECT_EQ(line.at("share"), 0.25);
    EXPECT_EQ(line.at("seconds"), 0.25);
}

TEST(BacktestProgress, says_nothing_where_nobody_asked) {
    BacktestProgress progress(-1, -1, 110 * day);
    EXPECT_FALSE(progress.is_wanted());
    progress.show(told(5));
}

TEST(EndOfRange, is_the_end_of_the_day_or_the_time_that_to_names) {
    EXPECT_EQ(end_of_range(R"({"to": "1970-01-02"})"), 2 * day - 1);
    EXPECT_EQ(end_of_range(R"({"to": "1970-01-02T00:00:00Z"})"), day);
    EXPECT_EQ(end_of_range(R"({"to": "never"})"), std::nullopt);
    EXPECT_EQ(end_of_range(R"({"from": "1970-01-02"})"), std::nullopt);
    EXPECT_EQ(end_of_range("[]"), std::nullopt);
}

}  // namespace
}  // namespace drover
