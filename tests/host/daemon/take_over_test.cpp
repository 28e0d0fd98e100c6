// What a supervisor leaves to the program that goes on in its process.
#include "daemon/take_over.hpp"

#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

/// As another program leaves it.
FileDescriptor left(const Json& json) {
    FileDescriptor file(::memfd_create("take-over-test", MFD_CLOEXEC));
    const std::string text = to_line(json);
    EXPECT_EQ(::write(file.number(), text.data(), text.size()), ssize_t(text.size()));
    return file;
}

Json whole(const Json& units) {
    return {{"hand_over", hand_over_format},
            {"from", 1},
            {"why", "the other one goes on"},
            {"is_adopting", true},
            {"has_guards_children", true},
            {"went_back", ""},
            {"former", -1},
            {"former_arguments", {"--supervisor"}},
            {"units", units}};
}

bool is_open(int number) {
    return ::fcntl(number, F_GETFD) >= 0;
}

TEST(TakeOver, duplicates_what_is_handed_over_until_there_is_no_way_back) {
    int ends[2] = {-1, -1};
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const auto file = left(whole({{{"unit", "risk"},
                                   {"memory", {{"state", 1}}},
                                   {"process", Json()},
                                   {"last_end", Json()},
                                   {"descriptors", {ends[0]}},
                                   {"received", "{\"eve"},
                                   {"unsent", "{\"do"}}}));
    const int kept = ::dup(file.number());
    const auto read = read_take_over(kept);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read.value().former_arguments, std::vector<std::string>{"--supervisor"});
    auto inheritance = inheritance_of(read.value());
    ASSERT_TRUE(inheritance);
    EXPECT_TRUE(inheritance.value().has_guards_children);
    EXPECT_FALSE(inheritance.value().is_from_guard);
    const InheritedUnit& risk = inheritance.value().units.at("risk");
    EXPECT_EQ(risk.received, "{\"eve");
    EXPECT_EQ(risk.unsent, "{\"do");
    ASSERT_EQ(risk.descriptors.size(), 1U);
    EXPECT_NE(risk.descriptors[0].number(), ends[0]);
    EXPECT_TRUE(is_open(ends[0]));
    close_originals(read.value());
    EXPECT_FALSE(is_open(ends[0]));
    EXPECT_FALSE(is_open(kept));
    EXPECT_TRUE(is_open(risk.descriptors[0].number()));
    ::close(ends[1]);
}

TEST(TakeOver, in_another_format_or_torn_is_refused) {
    Json other = whole(Json::array());
    other["hand_over"] = hand_over_format + 1;
    const auto refused = read_take_over(left(other).number());
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("format " + std::to_string(hand_over_format + 1)),
              std::string::npos);
    EXPECT_FALSE(read_take_over(left({{"hand_over", hand_over_format}}).number()));
}

TEST(TakeOver, by_what_cannot_be_run_changes_nothing) {
    const Error error = replace_program("/nowhere/droverd", {"--supervisor"}, {}, {});
    EXPECT_NE(error.message.find("/nowhere/droverd"), std::string::npos) << error.message;
}

}  // namespace
}  // namespace drover
