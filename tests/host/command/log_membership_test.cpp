/// Whether a recording and a durable log are of one run, by the messages that they have.
#include "command/log_membership.hpp"

#include <gtest/gtest.h>

#include "fake_droverd.hpp"
#include "past_messages.hpp"

namespace drover::test {
namespace {

PastMessage order_of(std::uint32_t incarnation, std::uint64_t sequence, std::int64_t second) {
    return {{3, incarnation, sequence}, {}, "order.submit", "{}", second};
}

/// Orders are durable, everything else is a stream.
struct LogMembership : testing::Test {
    bool are_one(const std::vector<PastMessage>& logged,
                 const std::vector<PastMessage>& recorded,
                 EntryKind kind = EntryKind::message) {
        write_past_names(folder.state(), names);
        write_past_log(folder.state(), logged);
        write_past_recording(recording, names, recorded, kind);
        auto kept = find_kept_log(folder.state());
        EXPECT_TRUE(kept && kept.value());
        LogMessages log(std::move(*kept.value()));
        const auto answer = are_of_one_run(log, recording);
        EXPECT_TRUE(answer) << answer.error().message;
        return answer && answer.value();
    }
    std::string names = past_names({{"risk", 3}, {"broker", 4}},
                                   Json::array({{{"pattern", "order.>"}, {"delivery", "durable"}},
                                                {{"pattern", ">"}, {"delivery", "stream"}}}));
    CommandFolder folder;
    std::filesystem::path recording = folder.path() / "desk.recording";
};

}  // namespace

TEST_F(LogMembership, is_there_where_the_log_has_what_was_recorded) {
    EXPECT_TRUE(are_one({order_of(1, 1, 10), order_of(1, 2, 20), order_of(1, 3, 30)},
                        {order_of(1, 1, 10), order_of(1, 2, 20)}));
}

TEST_F(LogMembership, is_not_there_where_the_same_history_was_run_again_on_a_fresh_log) {
    EXPECT_FALSE(are_one({order_of(3, 1, 10), order_of(3, 2, 20)},
                         {order_of(1, 1, 10), order_of(1, 2, 20)}));
}

TEST_F(LogMembership, is_not_there_where_a_recording_is_older_than_a_log_that_keeps_everything) {
    EXPECT_FALSE(are_one({order_of(3, 1, 90)}, {order_of(1, 1, 10)}));
}

TEST_F(LogMembership, is_not_denied_by_what_the_log_is_still_to_get) {
    EXPECT_TRUE(are_one({order_of(1, 1, 10)}, {order_of(1, 1, 10), order_of(1, 2, 20)}));
}

TEST_F(LogMembership, is_not_denied_by_what_no_log_holds) {
    const PastMessage stream{{3, 1, 1}, {}, "market.bar", "{}", 15};
    EXPECT_TRUE(are_one({order_of(1, 2, 20)}, {stream})) << "a stream leaves nothing in the log";
}

TEST_F(LogMembership, is_not_denied_by_what_was_given_before_its_topic_became_durable) {
    EXPECT_TRUE(are_one({order_of(1, 5, 20), order_of(1, 6, 30)}, {order_of(1, 4, 19)}));
}

TEST_F(LogMembership, is_not_there_where_the_log_lacks_one_between_those_that_it_keeps) {
    EXPECT_FALSE(are_one({order_of(1, 5, 20), order_of(1, 7, 30)}, {order_of(1, 6, 25)}));
}

TEST_F(LogMembership, is_not_denied_by_what_was_published_and_given_to_nobody) {
    EXPECT_TRUE(are_one({order_of(1, 2, 20)}, {order_of(1, 1, 10)}, EntryKind::published))
        << "the router may have refused it";
}

TEST_F(LogMembership, is_not_denied_by_a_publisher_of_which_the_log_has_nothing) {
    const PastMessage other{{4, 1, 1}, {}, "order.event", "{}", 15};
    EXPECT_TRUE(are_one({order_of(1, 2, 20)}, {other}));
}

}  // namespace drover::test
