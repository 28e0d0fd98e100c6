/// The messages of a recording.
#include "command/message_source.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "fake_droverd.hpp"
#include "past_messages.hpp"

namespace drover::test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

/// "1.2.3 topic {json} of risk", for each message as it comes.
std::vector<std::string> shown_by(MessageSource& source, std::string* fault = nullptr) {
    std::vector<std::string> shown;
    const auto read = source.read([&shown](const RecordedMessage& message,
                                           const RecordingNames& names) {
        const RecordedId& id = message.header.id;
        const std::string publisher = names.publisher(id.publisher);
        shown.push_back(std::to_string(id.publisher) + "." + std::to_string(id.incarnation) + "." +
                        std::to_string(id.sequence) + " " + std::string(message.topic) + " " +
                        std::string(reinterpret_cast<const char*>(message.payload.data()),
                                    message.payload.size()) +
                        " of " + (publisher.empty() ? "nobody" : publisher));
    });
    if (fault != nullptr) {
        *fault = read ? "" : read.error().message;
    } else {
        EXPECT_TRUE(read) << read.error().message;
    }
    return shown;
}

struct RecordedMessagesTest : testing::Test {
    [[nodiscard]] std::filesystem::path file() const { return folder.path() / "a.recording"; }
    void write(std::vector<PastMessage> messages) const {
        write_past_recording(file(), past_names({{"risk", 1}}), messages);
    }
    CommandFolder folder;
};

const PastMessage submitted{{1, 1, 1}, {}, "order.submit", R"({"n":1})", 10};
const PastMessage answered{{2, 1, 1}, {1, 1, 1}, "order.event", R"({"n":2})", 11};

}  // namespace

TEST_F(RecordedMessagesTest, come_in_the_order_in_which_they_were_written_and_as_often_as_asked) {
    write({submitted, answered});
    RecordedMessages messages(file());
    for (int time = 0; time < 2; ++time) {
        EXPECT_THAT(shown_by(messages),
                    ElementsAre("1.1.1 order.submit {\"n\":1} of risk",
                                "2.1.1 order.event {\"n\":2} of nobody"));
    }
}

TEST_F(RecordedMessagesTest, are_also_those_that_agents_were_given_and_nothing_else) {
    auto writer = RecordingWriter::create(file(), 0);
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer.value().add(BlockKind::names, past_names({{"risk", 1}})));
    std::vector<std::byte> entries;
    RecordedMessage message;
    message.topic = "market.bar";
    message.payload = bytes_in("{}");
    message.header.id = {1, 1, 7};
    message.header.count = 1;
    message.header.record_size = 2;
    { const EntryWriter stop(entries, EntryKind::stop, 0, 0); }
    {
        EntryWriter given(entries, EntryKind::message, 0, 0);
        message.write(given);
    }
    { const EntryWriter broken(entries, EntryKind::published, 0, 0); }
    ASSERT_TRUE(writer.value().add(BlockKind::entries, 1, entries));
    ASSERT_TRUE(writer.value().finish());
    RecordedMessages messages(file());
    EXPECT_THAT(shown_by(messages), ElementsAre("1.1.7 market.bar {} of risk"));
}

TEST_F(RecordedMessagesTest, end_with_a_torn_tail_without_a_fault) {
    write({submitted, answered});
    std::filesystem::resize_file(file(), std::filesystem::file_size(file()) - 1);
    RecordedMessages messages(file());
    EXPECT_THAT(shown_by(messages), IsEmpty()) << "both lay in the block that is torn";
}

TEST_F(RecordedMessagesTest, fail_where_the_file_is_damaged_in_the_middle) {
    write({submitted});
    const auto behind_names = std::filesystem::file_size(file());
    {
        std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(static_cast<std::streamoff>(sizeof(RecordingFileHead) + 4));
        stream.put('\x7F');
    }
    ASSERT_EQ(std::filesystem::file_size(file()), behind_names);
    RecordedMessages messages(file());
    std::string fault;
    EXPECT_THAT(shown_by(messages, &fault), IsEmpty());
    EXPECT_THAT(fault, HasSubstr("a.recording is damaged at byte"));
}

TEST_F(RecordedMessagesTest, fail_where_the_names_cannot_be_read) {
    write_past_recording(file(), R"({"fleet": 5})", {submitted});
    RecordedMessages messages(file());
    std::string fault;
    EXPECT_THAT(shown_by(messages, &fault), IsEmpty());
    EXPECT_THAT(fault, HasSubstr("a.recording: The recording's names cannot be read"));
}

TEST_F(RecordedMessagesTest, fail_where_there_is_no_recording) {
    RecordedMessages none(file());
    std::string fault;
    EXPECT_THAT(shown_by(none, &fault), IsEmpty());
    EXPECT_THAT(fault, HasSubstr("a.recording"));
    std::ofstream(file()) << "a text of some length that is no recording";
    EXPECT_THAT(shown_by(none, &fault), IsEmpty());
    EXPECT_THAT(fault, HasSubstr("is no recording"));
}

}  // namespace drover::test
