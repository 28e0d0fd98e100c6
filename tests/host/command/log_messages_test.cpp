/// The messages of the durable log, and several places as one.
#include "command/log_messages.hpp"

#include <gmock/gmock.h>

#include "fake_droverd.hpp"
#include "past_messages.hpp"

namespace drover::test {

using testing::ElementsAre;
using testing::HasSubstr;

namespace {

const RecordedId first_order{3, 1, 1};
const RecordedId second_order{3, 2, 9};

KeptLog log_in(const CommandFolder& folder) {
    return std::move(*find_kept_log(folder.state()).value());
}

/// "risk order.submit {…}", one a message.
std::vector<std::string> shown_messages(MessageSource& source) {
    std::vector<std::string> texts;
    const auto read = source.read([&](const RecordedMessage& message, const RecordingNames& names) {
        texts.push_back(names.publisher(message.header.id.publisher) + " " +
                        std::string(message.topic) + " " + to_line(names.payload_json(message)));
    });
    EXPECT_TRUE(read) << read.error().message;
    return texts;
}

RecordingNames names_of(const std::map<std::string, std::uint32_t>& publishers) {
    RecordingNames names;
    EXPECT_TRUE(names.add(past_names(publishers)));
    return names;
}

/// A place that cannot be read.
class BurntMessages final : public MessageSource {
public:
    Result<void> read(const Visit& visit) override {
        (void)visit;
        return Error{ErrorKind::invalid, "It burnt."};
    }
};

}  // namespace

TEST(LogMessages, are_shown_in_the_order_of_their_positions_with_all_that_they_carry) {
    const CommandFolder folder;
    write_past_names(folder.state(), past_names({{"risk", 3}}));
    write_past_log(folder.state(),
                   {{first_order, {1, 1, 5}, "order.submit", R"({"id":"a"})", 7},
                    {second_order, {}, "order.cancel", R"({"id":"b"})", 8}});
    LogMessages messages(log_in(folder));
    std::vector<RecordedHeader> headers;
    ASSERT_TRUE(messages.read([&](const RecordedMessage& message, const RecordingNames&) {
        headers.push_back(message.header);
    }));
    ASSERT_EQ(headers.size(), 2U);
    EXPECT_EQ(headers[0].id, first_order);
    EXPECT_EQ(headers[0].cause, (RecordedId{1, 1, 5}));
    EXPECT_EQ(headers[0].publish_time, 7'000'000'000);
    EXPECT_EQ(headers[0].topic_size, std::string_view("order.submit").size());
    EXPECT_EQ(headers[1].id, second_order);
    EXPECT_EQ(headers[1].cause, RecordedId{});
    EXPECT_EQ(messages.first(), 1U);
    EXPECT_THAT(shown_messages(messages),
                ElementsAre(R"(risk order.submit {"id":"a"})", R"(risk order.cancel {"id":"b"})"))
        << "a second reading shows the same";
}

TEST(LogMessages, are_only_messages_and_what_can_be_read_as_one) {
    const CommandFolder folder;
    {
        LogDisk disk;
        auto log = SegmentLog::open(
            {.folder = folder.state() / "router" / "log", .segment_size = std::uint64_t{64} << 10U},
            disk);
        ASSERT_TRUE(log);
        log.value()->append({RecordKind::refusal, 3, 1, 1, std::nullopt}, {});
        log.value()->append({RecordKind::message, 3, 1, 2, std::nullopt}, bytes_in("no frame"));
        log.value()->append({RecordKind::message, 3, 1, 3, std::nullopt},
                            frame_of({first_order, {}, "order.submit", "{}"}));
    }
    LogMessages messages(log_in(folder));
    EXPECT_THAT(shown_messages(messages), ElementsAre(" order.submit {}"));
    EXPECT_EQ(messages.first(), 1U) << "the refusal has a position too";
}

TEST(JoinedMessages, come_place_by_place) {
    const CommandFolder folder;
    write_past_log(folder.state(), {{first_order, {}, "order.submit", "1"}});
    const auto file = folder.path() / "desk.recording";
    write_past_recording(file, past_names({{"risk", 3}}), {{second_order, {}, "advice", "2"}});
    JoinedMessages joined;
    EXPECT_TRUE(joined.is_empty());
    joined.add(std::make_shared<RecordedMessages>(file));
    joined.add(std::make_shared<LogMessages>(log_in(folder)));
    EXPECT_FALSE(joined.is_empty());
    EXPECT_THAT(shown_messages(joined), ElementsAre("risk advice 2", " order.submit 1"));
}

TEST(JoinedMessages, end_with_the_first_place_that_cannot_be_read) {
    JoinedMessages joined;
    joined.add(std::make_shared<BurntMessages>());
    const auto read = joined.read([](const RecordedMessage&, const RecordingNames&) {});
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr("It burnt."));
}

TEST(SameHandles, are_those_of_fleets_in_which_every_shared_agent_has_one_number) {
    const RecordingNames desk = names_of({{"risk", 3}, {"broker", 4}});
    EXPECT_TRUE(have_same_handles(desk, desk));
    EXPECT_TRUE(have_same_handles(desk, names_of({{"risk", 3}, {"advisor", 9}})));
    EXPECT_FALSE(have_same_handles(desk, names_of({{"risk", 3}, {"advisor", 4}})));
    EXPECT_FALSE(have_same_handles(desk, names_of({{"advisor", 9}}))) << "no agent is in both";
    EXPECT_FALSE(have_same_handles(desk, RecordingNames{}));
}

}  // namespace drover::test
