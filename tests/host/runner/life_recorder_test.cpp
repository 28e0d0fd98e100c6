// What a life of an agent says to a recorder, and what it does about one that is slow or gone.
#include "runner/life_recorder.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/message.h>

#include "base/clock.hpp"
#include "process/status_page.hpp"
#include "recording/entry.hpp"
#include "recording/recorded_inputs.hpp"
#include "recording/recorded_message.hpp"
#include "recording/recorder_patience.hpp"
#include "tests/host/process/scratch.hpp"
#include "tests/host/runner/fake_recorder.hpp"
#include "tests/host/runner/probed_runner.hpp"
#include "tests/host/runner/published_json.hpp"

namespace drover {
namespace {

using test::eventually;
using test::published_json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct LifeRecorderTest : ::testing::Test {
    LifeRecorderTest() {
        life.agent = "risk";
        life.start_time = 5;
    }
    /// Joins, and forgets what was said of the life.
    LifeRecorder& join() {
        recorder = fake.joined(life, page.layout(), observer);
        EXPECT_THAT(fake.take_kinds(), ElementsAre(EntryKind::life));
        return *recorder;
    }
    void publish(std::string_view topic) const {
        const std::vector<std::byte> payload(16, std::byte{1});
        PublishedMessage message = published_json(payload, 1);
        message.topic = topic;
        recorder->published(message);
    }
    /// Says something of each kind that has no topic.
    void say_all() const {
        recorder->state(1, "state");
        recorder->start();
        recorder->timer(1, 2, 3);
        recorder->post(1);
        recorder->advanced(1, 2);
        recorder->request({1, 2, 3}, drover_request{});
        recorder->reply(1, drover_reply{});
        recorder->simulated({DROVER_OK, "done"});
        recorder->stored("key", std::nullopt);
        recorder->judged(1, DROVER_E_QUOTA, "too much");
        recorder->rules("[]");
        recorder->refused("order.x", 1, DROVER_E_GATED, "gated");
        recorder->link({1, true, "other", "gone"});
        recorder->requested({});
        recorder->replied({});
        recorder->asked_to_advance(1, 2, 3);
        recorder->stop(1, 2);
        recorder->flush();
    }

    test::ScratchFolder folder;
    test::FakeRecorder fake{folder.path()};
    RecordedLife life;
    StatusPage page = StatusPage::local();
    test::SilentObserver observer;
    std::unique_ptr<LifeRecorder> recorder;
};

TEST_F(LifeRecorderTest, finds_nobody_where_nobody_records) {
    const auto join_at = [&](const std::filesystem::path& socket) {
        return LifeRecorder::join(socket, life, page.layout(), observer).error();
    };
    EXPECT_EQ(join_at(folder.path() / "nobody").kind, ErrorKind::unavailable);
    EXPECT_EQ(join_at(folder.path() / std::string(200, 'x')).kind, ErrorKind::invalid);
}

TEST_F(LifeRecorderTest, says_at_once_whose_life_it_is) {
    recorder = fake.joined(life, page.layout(), observer);
    const std::vector<Entry> entries = fake.take();
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].kind, EntryKind::life);
    EXPECT_EQ(entries[0].now, 5);
    EXPECT_EQ(RecordedLife::decode(entries[0].body)->agent, "risk");
}

TEST_F(LifeRecorderTest, hands_over_with_the_moment_of_each_what_was_said_before_the_flush) {
    LifeRecorder& said = join();
    said.start();
    said.set_moment(7, true);
    said.timer(1, 6, 0);
    said.set_moment(9, false);
    said.post(4);
    EXPECT_THAT(fake.take(), IsEmpty());
    said.flush();
    const std::vector<Entry> entries = fake.take();
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_EQ(entries[0].kind, EntryKind::start);
    EXPECT_EQ(entries[0].now, 5);
    EXPECT_EQ(entries[1].kind, EntryKind::timer);
    EXPECT_EQ(entries[1].now, 7);
    EXPECT_EQ(entries[1].flags, gate_engaged_flag);
    EXPECT_EQ(entries[2].kind, EntryKind::post);
    EXPECT_EQ(entries[2].now, 9);
    EXPECT_EQ(entries[2].flags, 0U);
}

TEST_F(LifeRecorderTest, writes_a_delivery_down_whole) {
    LifeRecorder& said = join();
    const std::string payload = "record 1record 2";
    drover_message message{};
    message.port = 2;
    message.flags = DROVER_MESSAGE_GAP;
    message.lost = 3;
    message.count = 2;
    message.stride = 8;
    message.data = payload.data();
    message.bytes = payload.size();
    message.topic = borrow("order.x");
    message.id = {9, 1, 11};
    message.cause = {8, 2, 12};
    message.topic_sequence = 13;
    message.event_time = 14;
    message.publish_time = 15;
    said.message(message, 4, DROVER_ENCODING_RECORDS);
    said.flush();
    const std::vector<Entry> entries = fake.take();
    ASSERT_EQ(entries.size(), 1U);
    const auto recorded = RecordedMessage::decode(entries[0].body);
    ASSERT_TRUE(recorded);
    EXPECT_EQ(recorded->topic, "order.x");
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(recorded->payload.data()),
                          recorded->payload.size()),
              payload);
    const RecordedHeader& header = recorded->header;
    EXPECT_EQ(header.type, 4U);
    EXPECT_EQ(header.encoding, DROVER_ENCODING_RECORDS);
    EXPECT_EQ(header.id, (RecordedId{9, 1, 11}));
    EXPECT_EQ(header.cause, (RecordedId{8, 2, 12}));
    EXPECT_EQ(header.topic_sequence, 13U);
    EXPECT_EQ(header.event_time, 14);
    EXPECT_EQ(header.publish_time, 15);
    EXPECT_EQ(header.count, 2U);
    EXPECT_EQ(header.record_size, 8U);
    EXPECT_EQ(header.port, 2U);
    EXPECT_EQ(header.flags, std::uint32_t{DROVER_MESSAGE_GAP});
    EXPECT_EQ(header.lost, 3U);
}

TEST_F(LifeRecorderTest, writes_down_every_kind_in_the_order_in_which_it_was_said) {
    join();
    say_all();
    EXPECT_THAT(fake.take_kinds(),
                ElementsAre(EntryKind::state,
                            EntryKind::start,
                            EntryKind::timer,
                            EntryKind::post,
                            EntryKind::advanced,
                            EntryKind::request,
                            EntryKind::reply,
                            EntryKind::simulated,
                            EntryKind::stored,
                            EntryKind::judged,
                            EntryKind::rules,
                            EntryKind::refused,
                            EntryKind::link,
                            EntryKind::requested,
                            EntryKind::replied,
                            EntryKind::advance,
                            EntryKind::stop));
}

TEST_F(LifeRecorderTest, writes_down_only_messages_of_the_topics_that_were_asked_for) {
    life.patterns = {"order.>", "fill.*"};
    LifeRecorder& said = join();
    for (const char* const topic : {"order.submit.x", "fill.x", "fill.x.y", "market.x"}) {
        drover_message message{};
        message.topic = borrow(topic);
        said.message(message, 1, DROVER_ENCODING_JSON);
        publish(topic);
    }
    say_all();
    std::vector<std::string> topics;
    for (const Entry& entry : fake.take()) {
        const auto recorded = RecordedMessage::decode(entry.body);
        topics.push_back((entry.kind == EntryKind::message ? "in " : "out ") +
                         (recorded ? std::string(recorded->topic) : "no message"));
    }
    EXPECT_THAT(topics,
                ElementsAre("in order.submit.x", "out order.submit.x", "in fill.x", "out fill.x"));
}

TEST_F(LifeRecorderTest, waits_for_a_recorder_that_is_slow_and_asks_for_the_time) {
    LifeRecorder& said = join();
    const Monotonic before = monotonic_now();
    const auto has_asked = [&] { return page.layout().extended_to.load() != 0; };
    bool was_asked = false;
    std::vector<Entry> entries;
    std::thread slow([&] {
        was_asked = eventually(has_asked);
        entries = fake.take_all();
    });
    // In the middle of a callback, which nobody flushes.
    const std::vector<std::byte> payload(std::size_t{64} << 10U, std::byte{1});
    constexpr std::size_t most = 1024;
    std::size_t count = 0;
    while (count < most && !has_asked()) {
        said.published(published_json(payload, ++count));
    }
    EXPECT_TRUE(has_asked());
    EXPECT_FALSE(said.is_lost());
    said.finish();
    slow.join();
    EXPECT_TRUE(was_asked);
    EXPECT_GE(Monotonic(std::chrono::nanoseconds(page.layout().extended_to.load())),
              before + recorder_patience);
    ASSERT_EQ(entries.size(), count + 1);
    for (std::size_t message = 0; message < count; ++message) {
        const auto recorded = RecordedMessage::decode(entries[message].body);
        ASSERT_TRUE(recorded);
        EXPECT_EQ(recorded->header.id.sequence, message + 1);
        EXPECT_EQ(recorded->payload.size(), payload.size());
    }
    EXPECT_EQ(entries.back().kind, EntryKind::end);
    EXPECT_THAT(observer.occurrences, IsEmpty());
}

TEST_F(LifeRecorderTest, tells_once_of_a_recorder_that_is_gone_and_then_says_nothing) {
    LifeRecorder& said = join();
    fake.leave();
    EXPECT_FALSE(said.is_lost());
    say_all();
    EXPECT_TRUE(said.is_lost());
    publish("order.x");
    say_all();
    said.finish();
    ASSERT_EQ(observer.occurrences.size(), 1U);
    EXPECT_EQ(observer.occurrences[0].kind, EventKind::loss);
    EXPECT_EQ(observer.occurrences[0].agent, "risk");
    EXPECT_EQ(observer.occurrences[0].code, "recording");
    EXPECT_EQ(observer.occurrences[0].reason,
              "the recorder is gone (Broken pipe); the agent goes on unrecorded");
}

TEST_F(LifeRecorderTest, ends_by_wish_with_an_end_behind_all_that_was_said) {
    LifeRecorder& said = join();
    said.post(4);
    said.finish();
    EXPECT_TRUE(said.is_lost());
    said.post(5);
    said.flush();
    said.finish();
    std::vector<EntryKind> kinds;
    for (const Entry& entry : fake.take_all()) {
        kinds.push_back(entry.kind);
    }
    EXPECT_THAT(kinds, ElementsAre(EntryKind::post, EntryKind::end));
    EXPECT_THAT(observer.occurrences, IsEmpty());
}

}  // namespace
}  // namespace drover
