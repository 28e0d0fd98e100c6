/// Partitions of keys, their owners, and the history of them.
#include "durable_log/partitions.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "durable_log/log_state.hpp"
#include "durable_log/log_status.hpp"

namespace drover {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Le;

PartitionEpoch epoch_from(std::uint64_t from, std::vector<std::string> members) {
    return {from, std::move(members), {{7, 0, 8}}};
}

ReceiverProgress progress_of(std::map<std::string, std::uint64_t> reached) {
    return [reached](const std::string& name) -> std::optional<std::uint64_t> {
        const auto found = reached.find(name);
        return found == reached.end() ? std::nullopt : std::optional(found->second);
    };
}

/// A partition that `before` owns alone, and `after` when it is there as well.
std::size_t moving_partition(const PartitionEpoch& before, const PartitionEpoch& after) {
    for (std::size_t partition = 0; partition < partition_count; ++partition) {
        if (before.members[before.owners()[partition]] !=
            after.members[after.owners()[partition]]) {
            return partition;
        }
    }
    return partition_count;
}

TEST(Partitions, of_a_key_are_the_same_for_ever) {
    const std::uint64_t key = 42;
    EXPECT_EQ(partition_of(std::as_bytes(std::span(&key, 1))), 20U);
    EXPECT_EQ(weight_of("work.1"), 0xa612a07d5c2c03a1U);
}

TEST(Partitions, move_only_to_those_who_came) {
    const auto two = epoch_from(1, {"work.1", "work.2"});
    const auto three = epoch_from(1, {"work.1", "work.2", "work.3"});
    std::array<std::size_t, 3> owned{};
    for (std::size_t partition = 0; partition < partition_count; ++partition) {
        const std::size_t owner = three.owners()[partition];
        ++owned[owner];
        EXPECT_TRUE(owner == 2 || owner == two.owners()[partition]) << partition;
    }
    EXPECT_THAT(owned, Each(testing::Ge(10U)));
}

TEST(Partitions, wait_for_their_owner_before) {
    const auto one = epoch_from(1, {"work.1"});
    const auto two = epoch_from(11, {"work.1", "work.2"});
    const PartitionHistory history{one, two};
    const std::size_t moved = moving_partition(one, two);
    ASSERT_LT(moved, partition_count);
    const auto unsettled =
        unsettled_before(history, moved, 11, "work.2", progress_of({{"work.1", 9}}));
    ASSERT_TRUE(unsettled);
    EXPECT_EQ(unsettled->receiver, "work.1");
    EXPECT_EQ(unsettled->until, 10U);
    EXPECT_FALSE(unsettled_before(history, moved, 11, "work.2", progress_of({{"work.1", 10}})));
    EXPECT_FALSE(unsettled_before(history, moved, 11, "work.2", progress_of({})))
        << "nobody waits for one that was forgotten";
    EXPECT_FALSE(unsettled_before(history, moved, 11, "work.1", progress_of({{"work.1", 9}})));
}

TEST(Partitions, have_a_cursor_each) {
    const auto one = epoch_from(1, {"work.1"});
    const auto two = epoch_from(11, {"work.1", "work.2"});
    const PartitionHistory history{one, two};
    const std::size_t moved = moving_partition(one, two);
    EXPECT_EQ(partition_cursor(history, moved, progress_of({{"work.1", 9}, {"work.2", 15}})), 9U);
    EXPECT_EQ(partition_cursor(history, moved, progress_of({{"work.1", 12}, {"work.2", 15}})), 15U);
}

TEST(Partitions, forget_those_who_had_them_once_they_are_through) {
    PartitionHistory history{epoch_from(1, {"work.1"}),
                             epoch_from(11, {"work.1", "work.2"}),
                             epoch_from(21, {"work.1"})};
    forget_settled(history, progress_of({{"work.1", 15}, {"work.2", 12}}), {});
    ASSERT_EQ(history.size(), 2U);
    EXPECT_EQ(history.front().from, 11U);
    forget_settled(history, progress_of({{"work.1", 20}, {"work.2", 19}}), {});
    EXPECT_EQ(history.size(), 2U);
    forget_settled(history, progress_of({{"work.1", 20}, {"work.2", 20}}), {});
    EXPECT_EQ(history.size(), 1U);
}

TEST(Partitions, are_remembered_while_one_that_was_no_member_is_behind) {
    PartitionHistory history{epoch_from(1, {"work.1", "work.2"}),
                             epoch_from(11, {"work.1"}),
                             epoch_from(21, {"work.1", "work.2"})};
    const std::vector<std::string> others{"work.2"};
    // What lies before the first epoch would be for all.
    forget_settled(history, progress_of({{"work.1", 25}, {"work.2", 10}}), others);
    ASSERT_EQ(history.size(), 2U);
    EXPECT_EQ(history.front().from, 11U);
    forget_settled(history, progress_of({{"work.1", 25}, {"work.2", 20}}), others);
    EXPECT_EQ(history.size(), 1U);
}

TEST(Partitions, are_settled_for_good_by_one_that_is_through_and_no_member_any_more) {
    const PartitionHistory history{epoch_from(1, {"work.1", "work.2"}),
                                   epoch_from(11, {"work.1"}),
                                   epoch_from(21, {"work.1", "work.3"})};
    EXPECT_FALSE(has_settled_for_good(history, "work.2", 9));
    EXPECT_TRUE(has_settled_for_good(history, "work.2", 10));
    EXPECT_FALSE(has_settled_for_good(history, "work.1", 30)) << "it is a member";
    EXPECT_TRUE(has_settled_for_good(history, "work.4", 0)) << "nothing was for it";
    EXPECT_FALSE(has_settled_for_good({}, "work.1", 30));
}

TEST(Partitions, stand_in_a_checkpoint) {
    LogState state;
    state.receivers["work.1"] = {3, 4, {}};
    state.shared["work"] = {epoch_from(1, {"work.1"}), epoch_from(5, {"work.1", "work.2"})};
    const auto read = decode_state(encode_state(state));
    ASSERT_TRUE(read);
    EXPECT_EQ(read.value(), state);
}

TEST(Partitions, are_shown_in_groups_by_their_owners) {
    LogStatus status;
    status.head = 20;
    status.state.receivers["work.1"] = {3, 4, {}};
    status.state.receivers["work.2"] = {20, 20, {}};
    status.state.shared["work"] = {epoch_from(1, {"work.1"}), epoch_from(11, {"work.1", "work.2"})};
    const Json share = to_json(status).at("shared").at(0);
    EXPECT_EQ(share.at("agent"), "work");
    EXPECT_EQ(share.at("cursors").size(), partition_count);
    EXPECT_EQ(share.at("owners").size(), 2U);
    EXPECT_EQ(share.at("owners").at(0).at("partitions").size() +
                  share.at("owners").at(1).at("partitions").size(),
              partition_count);
    EXPECT_EQ(share.at("settling").at(0).at("name"), "work.1");
    EXPECT_EQ(share.at("settling").at(0).at("until"), 10U);
    const std::vector<std::uint64_t> cursors = share.at("cursors");
    EXPECT_THAT(cursors, Each(Le(20U)));
}

}  // namespace
}  // namespace drover
