/// Lines of a log for a reader that comes late, or not at all.
#include "base/log_output.hpp"

#include <array>
#include <chrono>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;

class LogOutputTest : public ::testing::Test {
protected:
    LogOutputTest() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
        reading = FileDescriptor(ends[0]);
        writing = FileDescriptor(ends[1]);
        ::fcntl(reading.number(), F_SETFL, O_NONBLOCK);
    }
    std::string read_all() {
        std::string text;
        std::array<char, 65536> part{};
        for (ssize_t got = 0; (got = ::read(reading.number(), part.data(), part.size())) > 0;) {
            text.append(part.data(), static_cast<std::size_t>(got));
        }
        return text;
    }
    /// Everything that the output still has, while it is read.
    std::string drain(LogOutput& output) {
        std::string text = read_all();
        while (output.has_kept()) {
            output.flush();
            text += read_all();
        }
        return text;
    }
    FileDescriptor reading;
    FileDescriptor writing;
};

TEST_F(LogOutputTest, writes_each_line_at_once) {
    LogOutput output(writing.number());
    output.write("one");
    EXPECT_EQ(read_all(), "one\n");
    output.keep_from_blocking(0ms);
    output.write("two");
    EXPECT_EQ(read_all(), "two\n");
    EXPECT_FALSE(output.has_kept());
}

TEST_F(LogOutputTest, keeps_what_nobody_reads_and_loses_none_of_it) {
    LogOutput output(writing.number());
    output.keep_from_blocking(0ms);
    std::string wanted;
    for (int number = 0; number < 5000; ++number) {
        const std::string line = "line " + std::to_string(number) + std::string(100, '.');
        output.write(line);
        wanted += line + "\n";
    }
    EXPECT_TRUE(output.has_kept());
    EXPECT_EQ(drain(output), wanted);
    EXPECT_EQ(output.take_left_out(), 0U);
}

TEST_F(LogOutputTest, leaves_out_and_counts_what_is_too_much_to_keep) {
    LogOutput output(writing.number());
    output.keep_from_blocking(0ms);
    const std::string line(999, 'x');
    constexpr std::size_t count = 3000;
    for (std::size_t number = 0; number < count; ++number) {
        output.write(line);
    }
    EXPECT_EQ(output.take_left_out(), 0U) << "the place to tell it is behind what is kept";
    const std::string text = drain(output);
    EXPECT_GE(text.size(), LogOutput::most_kept);
    EXPECT_EQ(text.size() % 1000, 0U) << "lines are whole";
    const auto left_out = output.take_left_out();
    EXPECT_GT(left_out, 0U);
    EXPECT_EQ(text.size() / 1000 + left_out, count);
    EXPECT_EQ(output.take_left_out(), 0U);
}

TEST_F(LogOutputTest, writes_what_is_longer_than_the_pipe) {
    LogOutput output(writing.number());
    output.keep_from_blocking(0ms);
    const std::string line(300'000, 'y');
    output.write(line);
    output.write("end");
    EXPECT_EQ(drain(output), line + "\nend\n");
}

TEST_F(LogOutputTest, ends_in_time_when_nobody_reads) {
    LogOutput output(writing.number());
    output.keep_from_blocking(1ms);
    output.write(std::string(200'000, 'z'));
    output.finish(monotonic_now() + 5ms);
    EXPECT_TRUE(output.has_kept());
}

}  // namespace
}  // namespace drover
