// Numbers are given once, and survive everything.
#include "daemon/handle_store.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using test::ScratchFolder;

class HandleStores : public ::testing::Test {
protected:
    HandleStore open() { return HandleStore::open(file_).value(); }

    ScratchFolder scratch_;
    std::filesystem::path file_ = scratch_.path() / "handles.json";
};

TEST_F(HandleStores, give_each_publisher_a_number_from_one) {
    HandleStore store = open();
    EXPECT_EQ(store.publisher("risk"), 1U);
    EXPECT_EQ(store.publisher("broker"), 2U);
    EXPECT_EQ(store.publisher("risk"), 1U);
}

TEST_F(HandleStores, keep_numbers_over_a_new_start) {
    {
        HandleStore store = open();
        store.publisher("risk");
        store.publisher("broker");
        store.type("bar", 1, 77);
        ASSERT_TRUE(store.save());
    }
    HandleStore store = open();
    EXPECT_EQ(store.publisher("advisor"), 3U);
    EXPECT_EQ(store.publisher("broker"), 2U);
    EXPECT_EQ(store.type("bar", 1, 77), 1U);
    EXPECT_EQ(store.type("quote", 1, 77), 2U);
}

TEST_F(HandleStores, tell_types_of_one_name_apart_by_version_and_layout) {
    constexpr std::uint64_t large_hash = 0xFEDCBA9876543210ULL;
    {
        HandleStore store = open();
        EXPECT_EQ(store.type("bar", 1, large_hash), 1U);
        EXPECT_EQ(store.type("bar", 2, large_hash), 2U);
        EXPECT_EQ(store.type("bar", 1, large_hash + 1), 3U);
        ASSERT_TRUE(store.save());
    }
    HandleStore store = open();
    EXPECT_EQ(store.type("bar", 1, large_hash + 1), 3U);
    EXPECT_EQ(store.type("bar", 1, large_hash), 1U);
}

TEST_F(HandleStores, never_give_a_life_or_an_epoch_twice) {
    {
        HandleStore store = open();
        EXPECT_EQ(store.next_incarnation("risk").value(), 1U);
        EXPECT_EQ(store.next_incarnation("risk").value(), 2U);
        EXPECT_EQ(store.next_incarnation("broker").value(), 1U);
        EXPECT_EQ(store.next_epoch().value(), 1U);
    }
    // Nobody saved: what was given is on disk all the same.
    HandleStore store = open();
    EXPECT_GT(store.next_incarnation("risk").value(), 2U);
    EXPECT_GT(store.next_epoch().value(), 1U);
}

TEST_F(HandleStores, go_on_with_the_next_life_when_the_rest_was_given_back) {
    {
        HandleStore store = open();
        EXPECT_EQ(store.next_incarnation("risk").value(), 1U);
        EXPECT_EQ(store.next_epoch().value(), 1U);
        ASSERT_TRUE(store.give_back());
    }
    HandleStore store = open();
    EXPECT_EQ(store.next_incarnation("risk").value(), 2U);
    EXPECT_EQ(store.next_epoch().value(), 2U);
}

TEST_F(HandleStores, need_no_disk_for_most_lives) {
    HandleStore store = open();
    store.publisher("risk");
    store.publisher("broker");
    ASSERT_TRUE(store.save());
    std::filesystem::remove(file_);
    for (std::uint32_t life = 1; life <= HandleStore::at_a_time; ++life) {
        EXPECT_EQ(store.next_incarnation("risk").value(), life);
        EXPECT_EQ(store.next_incarnation("broker").value(), life);
    }
    EXPECT_FALSE(std::filesystem::exists(file_));
    EXPECT_TRUE(store.next_incarnation("risk"));
    EXPECT_TRUE(std::filesystem::exists(file_));
}

TEST_F(HandleStores, do_not_begin_anew_over_a_damaged_file) {
    for (const char* text : {"", "{", "{\"epoch\": 1}", "[]", "{\"epoch\": \"many\"}"}) {
        std::ofstream(file_) << text;
        const auto store = HandleStore::open(file_);
        ASSERT_FALSE(store) << text;
        EXPECT_EQ(store.error().kind, ErrorKind::invalid);
        EXPECT_NE(store.error().message.find(file_.string()), std::string::npos);
    }
}

TEST_F(HandleStores, say_when_a_number_cannot_be_kept) {
    HandleStore store = HandleStore::open(scratch_.path() / "missing" / "handles.json").value();
    EXPECT_FALSE(store.next_incarnation("risk"));
    EXPECT_FALSE(store.next_epoch());
}

}  // namespace
}  // namespace drover
