/// The durable log: what is appended is there again, by position, with cursors and sequences.
#include "durable_log/segment_log.hpp"

#include "tests/host/durable_log/log_folder.hpp"

namespace drover {
namespace {

TEST(SegmentLog, gives_positions_from_one_and_reads_by_them) {
    LogFolder folder;
    const auto log = folder.open();
    EXPECT_EQ(log->head(), 0U);
    EXPECT_EQ(append_text(*log, 1, "first"), 1U);
    EXPECT_EQ(append_text(*log, 2, ""), 2U);
    EXPECT_EQ(append_text(*log, 3, "third"), 3U);
    ASSERT_TRUE(wait_for_sync(*log));
    LogReader reader = log->reader();
    EXPECT_EQ(text_at(reader, 3), "third");
    EXPECT_EQ(text_at(reader, 1), "first");
    EXPECT_EQ(text_at(reader, 2), "");
}

TEST(SegmentLog, keeps_what_stands_beside_a_message) {
    LogFolder folder;
    const auto log = folder.open();
    log->append({RecordKind::message, 7, 3, 11, 42U}, bytes_of("gated"));
    log->append({RecordKind::refusal, 8, 4, 12, std::nullopt}, {});
    ASSERT_TRUE(wait_for_sync(*log));
    LogReader reader = log->reader();
    const RecordHead gated = reader.read(1).value().head;
    EXPECT_TRUE(gated.is(RecordKind::message));
    EXPECT_TRUE(gated.is_gated());
    EXPECT_EQ(gated.publisher, 7U);
    EXPECT_EQ(gated.incarnation, 3U);
    EXPECT_EQ(gated.sequence, 11U);
    EXPECT_EQ(gated.gate_revision, 42U);
    const RecordHead refusal = reader.read(2).value().head;
    EXPECT_TRUE(refusal.is(RecordKind::refusal));
    EXPECT_FALSE(refusal.is_gated());
    EXPECT_EQ(refusal.sequence, 12U);
}

TEST(SegmentLog, is_the_same_when_it_is_opened_again) {
    LogFolder folder;
    LogId id{};
    {
        const auto log = folder.open();
        id = log->id();
        EXPECT_NE(id, LogId{});
        append_text(*log, 1, "one");
        append_text(*log, 2, "two");
        log->set_cursor("broker", {1, 1, {}});
    }
    const auto log = folder.open();
    EXPECT_EQ(log->id(), id);
    EXPECT_EQ(log->head(), 2U);
    EXPECT_EQ(log->synced(), 2U);
    EXPECT_EQ(log->state().sequences.at(7), 2U);
    EXPECT_EQ(log->state().receivers.at("broker"), (ReceiverCursor{1, 1, {}}));
    LogReader reader = log->reader();
    EXPECT_EQ(text_at(reader, 2), "two");
    EXPECT_EQ(append_text(*log, 3, "three"), 3U);
    ASSERT_TRUE(wait_for_sync(*log));
    EXPECT_EQ(text_at(reader, 3), "three");
}

TEST(SegmentLog, of_another_folder_has_another_id) {
    LogFolder left;
    LogFolder right;
    EXPECT_NE(left.open()->id(), right.open()->id());
}

TEST(SegmentLog, goes_on_in_further_segments) {
    LogFolder folder;
    const std::string large(20'000, 'x');
    {
        const auto log = folder.open();
        for (std::uint64_t sequence = 1; sequence <= 10; ++sequence) {
            append_text(*log, sequence, large + std::to_string(sequence));
        }
        EXPECT_EQ(log->segments(), 4U);
        ASSERT_TRUE(wait_for_sync(*log));
    }
    const auto log = folder.open();
    EXPECT_EQ(log->segments(), 4U);
    EXPECT_EQ(log->head(), 10U);
    EXPECT_EQ(log->state().sequences.at(7), 10U);
    LogReader reader = log->reader();
    for (std::uint64_t position = 1; position <= 10; ++position) {
        EXPECT_EQ(text_at(reader, position), large + std::to_string(position));
    }
}

TEST(SegmentLog, makes_a_segment_larger_for_a_message_that_is_larger) {
    LogFolder folder;
    const std::string large(200'000, 'x');
    const auto log = folder.open();
    append_text(*log, 1, "small");
    append_text(*log, 2, large);
    ASSERT_TRUE(wait_for_sync(*log));
    LogReader reader = log->reader();
    EXPECT_EQ(text_at(reader, 2), large);
}

TEST(SegmentLog, removes_whole_segments_up_to_a_position_and_no_more) {
    LogFolder folder;
    const std::string large(20'000, 'x');
    {
        const auto log = folder.open();
        for (std::uint64_t sequence = 1; sequence <= 10; ++sequence) {
            append_text(*log, sequence, large);
        }
        log->set_cursor("broker", {5, 5, {}});
        log->trim(5);  // Positions 1 to 3 and 4 to 6 lie in the first two.
        EXPECT_EQ(log->first(), 4U);
        EXPECT_EQ(log->segments(), 3U);
        ASSERT_TRUE(wait_for_sync(*log));
    }
    EXPECT_FALSE(std::filesystem::exists(folder.segment(1)));
    EXPECT_TRUE(std::filesystem::exists(folder.segment(4)));
    const auto log = folder.open();
    EXPECT_EQ(log->first(), 4U);
    EXPECT_EQ(log->state().sequences.at(7), 10U);
    EXPECT_EQ(log->state().receivers.at("broker").effective, 5U);
    LogReader reader = log->reader();
    EXPECT_EQ(text_at(reader, 4), large);
    const std::string sentence = text_at(reader, 3);
    EXPECT_NE(sentence.find("Position 3 is not in the durable log any more"), std::string::npos);
    EXPECT_NE(sentence.find("begins at position 4. Restore the folder"), std::string::npos)
        << sentence;
}

TEST(SegmentLog, has_no_room_beyond_its_largest_size) {
    LogFolder folder;
    folder.options.max_size = folder.options.segment_size * 2;
    const std::string large(20'000, 'x');
    const auto log = folder.open();
    std::uint64_t appended = 0;
    while (log->has_room(large.size(), false)) {
        append_text(*log, ++appended, large);
    }
    EXPECT_EQ(appended, 6U);
    EXPECT_TRUE(log->has_room(large.size(), true));
    log->trim(3);
    EXPECT_TRUE(log->has_room(large.size(), false));
    EXPECT_LE(log->size(), folder.options.max_size);
}

TEST(SegmentLog, has_no_room_in_a_segment_that_only_a_checkpoint_needed) {
    LogFolder folder;
    folder.options.max_size = folder.options.segment_size * 2;
    const auto log = folder.open();
    std::uint64_t appended = 0;
    while (log->has_room(1000, false)) {
        append_text(*log, ++appended, std::string(1000, 'x'));
    }
    for (std::uint64_t step = 1; log->segments() == 2 && step < 1000; ++step) {
        log->set_cursor("broker", {step, step, {}});
        log->checkpoint();
    }
    EXPECT_EQ(log->segments(), 3U);
    EXPECT_FALSE(log->has_room(1, false));
    log->trim(appended);
    EXPECT_TRUE(log->has_room(1, false));
}

TEST(SegmentLog, has_room_behind_a_message_that_is_larger_than_all_it_may_have) {
    LogFolder folder;
    folder.options.max_size = folder.options.segment_size * 2;
    const auto log = folder.open();
    append_text(*log, 1, "before");
    append_text(*log, 2, std::string(300'000, 'x'));
    EXPECT_FALSE(log->has_room(1000, false));
    log->trim(2);
    EXPECT_EQ(log->segments(), 1U);
    EXPECT_TRUE(log->has_room(1000, false)) << "it can never be removed otherwise";
}

TEST(SegmentLog, keeps_a_first_message_that_is_larger_than_a_segment) {
    LogFolder folder;
    const std::string large(300'000, 'x');
    {
        const auto log = folder.open();
        append_text(*log, 1, large);
        append_text(*log, 2, "behind it");
        log->set_cursor("broker", {0, 0, {}});
        log->trim(0);
        ASSERT_TRUE(wait_for_sync(*log));
    }
    const auto log = folder.open();
    LogReader reader = log->reader();
    EXPECT_EQ(text_at(reader, 1), large);
    EXPECT_EQ(text_at(reader, 2), "behind it");
}

TEST(SegmentLog, writes_cursors_when_it_is_told_to) {
    LogFolder folder;
    const auto log = folder.open();
    const auto on_disk = [&] {
        return recover_log(folder.options.folder, false).value()->state.receivers;
    };
    log->set_cursor("broker", {3, 4, {7}});
    ASSERT_TRUE(wait_for_sync(*log));
    EXPECT_TRUE(on_disk().empty());
    log->checkpoint();
    append_text(*log, 1, "behind the checkpoint");
    ASSERT_TRUE(wait_for_sync(*log));
    EXPECT_EQ(on_disk().at("broker"), (ReceiverCursor{3, 4, {7}}));
}

TEST(SegmentLog, forgets_a_receiver) {
    LogFolder folder;
    {
        const auto log = folder.open();
        log->set_cursor("broker", {1, 1, {}});
        log->checkpoint();
        log->forget("broker");
    }
    EXPECT_TRUE(folder.open()->state().receivers.empty());
}

TEST(SegmentLog, is_no_log_where_nothing_was_written) {
    LogFolder folder;
    const auto nothing = recover_log(folder.options.folder, false);
    ASSERT_TRUE(nothing);
    EXPECT_FALSE(nothing.value());
}

}  // namespace
}  // namespace drover
