/// What a recorder takes from whoever connects.
#include "command/recorder.hpp"

#include <cstring>

#include <gmock/gmock.h>
#include <sys/socket.h>

#include "command/recorded_lives.hpp"
#include "fake_droverd.hpp"
#include "recorder_client.hpp"
#include "recording/entry.hpp"
#include "recording/recording_names.hpp"
#include "recording/recording_reader.hpp"

namespace drover::test {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

constexpr const char* names = R"({"fleet":"desk","rules":[],"agents":[],"types":[]})";

/// An entry of a life whose head claims `size` bytes.
std::string life_of_size(std::uint32_t size) {
    std::string bytes = life_of("risk");
    std::memcpy(bytes.data(), &size, sizeof size);
    return bytes;
}

struct RecorderTest : testing::Test {
    RecorderTest()
        : run(RunDirectory::prepare(folder.state()).value()),
          recorder(Recorder::open(run, {{}, {}, file(), {}, {}}).value()) {}

    [[nodiscard]] FileDescriptor says(std::string_view bytes) const {
        return recorder_client(run, bytes);
    }
    /// Takes all that has been said: one turn accepts, the next one reads.
    void take() {
        for (int turn = 0; turn < 3; ++turn) {
            ASSERT_TRUE(recorder.turn(std::chrono::milliseconds(0)));
        }
    }
    [[nodiscard]] std::string file() const { return folder.path() / "a.recording"; }
    CommandFolder folder;
    RunDirectory run;
    Recorder recorder;
};

TEST_F(RecorderTest, takes_the_names_of_a_fleet_and_the_lives_of_its_agents) {
    {
        const auto droverd = says(std::string(names) + "\n");
        const auto agent = says(life_of("risk"));
        take();
        EXPECT_TRUE(recorder.has_fleet());
        EXPECT_EQ(recorder.tally().lives, 1U);
    }
    ASSERT_TRUE(recorder.finish());
    EXPECT_EQ(recorder.tally().strangers, 0U);
}

TEST_F(RecorderTest, lets_nobody_else_spoil_the_file_or_take_the_place_of_droverd) {
    {
        const auto droverd = says(std::string(names) + "\n");
        take();
        const auto no_json = says("this is no JSON, and long enough\n");
        const auto other_json = says(R"({"something": "else", "than": "a fleet"})"
                                     "\n");
        const auto no_life = says(entry_of(EntryKind::published, "of nobody"));
        const auto half_a_line = says("half a line, and its end does not come");
        take();
        EXPECT_EQ(recorder.tally().strangers, 3U);
        char none = 0;
        EXPECT_EQ(::recv(no_json.number(), &none, 1, 0), 0) << "it is told by the end";
        EXPECT_EQ(::send(droverd.number(), names, std::strlen(names), MSG_NOSIGNAL),
                  static_cast<ssize_t>(std::strlen(names)))
            << "droverd is still heard";
        EXPECT_EQ(::send(droverd.number(), "\nno names\n", 10, MSG_NOSIGNAL), 10);
        take();
    }
    ASSERT_TRUE(recorder.finish());
    EXPECT_EQ(recorder.tally().lives, 0U);
    auto reader = RecordingReader::open(file());
    ASSERT_TRUE(reader) << reader.error().message;
    int told = 0;
    while (const auto block = reader.value().next()) {
        ASSERT_NE(block->kind, BlockKind::entries);
        if (block->kind == BlockKind::names) {
            ++told;
            EXPECT_TRUE(RecordingNames().add(block->text())) << block->text();
        }
    }
    EXPECT_EQ(told, 2);
    EXPECT_TRUE(reader.value().is_finished());
}

TEST_F(RecorderTest, takes_for_a_life_only_what_says_whose_life_it_is) {
    {
        const auto no_json = says(entry_of(EntryKind::life, "{not json....}"));
        const auto of_nobody = says(entry_of(EntryKind::life, "{}"));
        const auto too_small = says(life_of_size(3));
        const auto too_large = says(life_of_size(0xffffffff));
        take();
        EXPECT_EQ(recorder.tally().strangers, 4U);
        (void)says(life_of("risk").substr(0, 30));
        take();
        EXPECT_EQ(recorder.tally().strangers, 5U) << "it left in the middle of its first entry";
        const auto agent = says(life_of("advisor"));
        take();
    }
    ASSERT_TRUE(recorder.finish());
    EXPECT_EQ(recorder.tally().lives, 1U);
    EXPECT_EQ(recorder.tally().entries, 1U);
    const auto lives = read_recorded_lives(file());
    ASSERT_TRUE(lives) << lives.error().message;
    EXPECT_THAT(lives.value().agents(), ElementsAre("advisor"));
}

TEST_F(RecorderTest, waits_for_the_rest_of_a_first_entry) {
    const std::string life = life_of("risk");
    const auto agent = says(life.substr(0, 30));
    take();
    EXPECT_EQ(recorder.tally().lives, 0U);
    EXPECT_EQ(recorder.tally().strangers, 0U);
    EXPECT_EQ(::send(agent.number(), life.data() + 30, life.size() - 30, MSG_NOSIGNAL),
              static_cast<ssize_t>(life.size() - 30));
    take();
    EXPECT_EQ(recorder.tally().lives, 1U);
}

TEST_F(RecorderTest, counts_those_who_leave_before_they_have_said_who_they_are) {
    for (const char* const words : {"", "short", "half a line, and its end does not come"}) {
        (void)says(words);
    }
    take();
    EXPECT_EQ(recorder.tally().strangers, 3U);
}

TEST_F(RecorderTest, ends_when_the_fleet_has_given_it_up_and_says_so) {
    {
        const auto droverd = says(std::string(names) + "\n{\"given_up\":\"risk waited\"}\n");
        for (int turn = 0; turn < 2; ++turn) {
            ASSERT_TRUE(recorder.turn(std::chrono::milliseconds(0)));
        }
        const auto goes_on = recorder.turn(std::chrono::milliseconds(0));
        ASSERT_TRUE(goes_on);
        EXPECT_FALSE(goes_on.value());
    }
    ASSERT_TRUE(recorder.finish());
    EXPECT_FALSE(recorder.unread_names()) << "such a line is not taken for names";
    ASSERT_TRUE(recorder.what_went_wrong());
    EXPECT_THAT(recorder.what_went_wrong()->message,
                AllOf(HasSubstr("given this recorder up"),
                      HasSubstr("risk waited"),
                      HasSubstr(file() + " and can be used")));
}

TEST_F(RecorderTest, counts_the_time_from_the_first_message_whenever_the_lives_began) {
    auto timed = Recorder::open(
        RunDirectory::prepare(folder.path() / "timed").value(),
        {{}, {}, folder.path() / "timed.recording", {}, std::chrono::milliseconds(0)});
    ASSERT_TRUE(timed);
    const auto goes_on = [&] { return timed.value().turn(std::chrono::milliseconds(0)).value(); };
    const auto agent =
        recorder_client(RunDirectory::prepare(folder.path() / "timed").value(), life_of("risk"));
    EXPECT_TRUE(goes_on());
    EXPECT_TRUE(goes_on());
    ASSERT_EQ(timed.value().tally().entries, 1U) << "its life has begun";
    EXPECT_TRUE(goes_on()) << "nothing was said yet";
    const std::string message = entry_of(EntryKind::published, "the first message");
    ASSERT_EQ(::send(agent.number(), message.data(), message.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(message.size()));
    EXPECT_FALSE(goes_on());
}

TEST_F(RecorderTest, knows_a_droverd_that_ends_from_one_that_is_lost) {
    (void)says(std::string(names) + "\n{\"end\":true}\n");
    take();
    EXPECT_FALSE(recorder.what_went_wrong());
    (void)says(std::string(names) + "\n");
    take();
    ASSERT_TRUE(recorder.what_went_wrong());
    EXPECT_THAT(recorder.what_went_wrong()->message, HasSubstr("droverd was lost"));
    const auto next = says(std::string(names) + "\n");
    take();
    EXPECT_FALSE(recorder.what_went_wrong()) << "another one goes on";
}

TEST_F(RecorderTest, tells_why_it_leaves_out_later_names_of_a_fleet) {
    const auto droverd = says(std::string(names) + "\n");
    take();
    EXPECT_FALSE(recorder.unread_names());
    const std::string_view other = "{\"fleets\":[]}\nno names\n";
    EXPECT_EQ(::send(droverd.number(), other.data(), other.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(other.size()));
    take();
    ASSERT_TRUE(recorder.unread_names());
    EXPECT_THAT(recorder.unread_names()->message, HasSubstr("names cannot be read"));
    EXPECT_THAT(recorder.unread_names()->message, HasSubstr("'fleet'")) << "the first reason stays";
    EXPECT_TRUE(recorder.has_fleet());
}

TEST_F(RecorderTest, tells_why_it_does_not_take_a_droverd_whose_names_it_cannot_read) {
    const auto droverd = says("{\"fleets\":[],\"of\":\"another version\"}\n");
    take();
    EXPECT_FALSE(recorder.has_fleet());
    EXPECT_EQ(recorder.tally().strangers, 1U);
    ASSERT_TRUE(recorder.unread_names());
    EXPECT_THAT(recorder.unread_names()->message, HasSubstr("'fleet'"));
}

}  // namespace
}  // namespace drover::test
