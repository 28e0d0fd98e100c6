// The page that child and supervisor share.
#include "process/status_page.hpp"

#include <cstddef>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

TEST(StatusPage, is_shared_with_whoever_maps_its_descriptor) {
    const auto ours = StatusPage::create();
    ASSERT_TRUE(ours);
    const auto theirs = StatusPage::attach(ours.value().descriptor());
    ASSERT_TRUE(theirs);
    theirs.value().layout().began.store(17);
    theirs.value().layout().messages_in.store(3);
    EXPECT_EQ(ours.value().layout().began.load(), 17);
    EXPECT_EQ(ours.value().layout().messages_in.load(), 3U);
}

TEST(StatusPage, begins_idle_with_all_counters_at_zero) {
    const auto page = StatusPage::create();
    ASSERT_TRUE(page);
    EXPECT_EQ(page.value().layout().began.load(), 0);
    EXPECT_EQ(page.value().layout().lost.load(), 0U);
}

TEST(StatusPage, tells_which_message_is_handled_and_cuts_what_is_too_long) {
    const auto page = StatusPage::create();
    ASSERT_TRUE(page);
    HandledMessage& handled = page.value().layout().handled;
    EXPECT_EQ(handled.topic_text(), "");
    handled.name("advice.SPX", "advisor");
    EXPECT_EQ(handled.topic_text(), "advice.SPX");
    EXPECT_EQ(handled.publisher_text(), "advisor");
    handled.name(std::string(1000, 'x'), "a");
    EXPECT_EQ(handled.topic_text(), std::string(207, 'x'));
    EXPECT_EQ(handled.publisher_text(), "a");
}

TEST(StatusPage, cannot_be_shrunk_under_the_supervisor) {
    const auto page = StatusPage::create();
    ASSERT_TRUE(page);
    EXPECT_NE(::ftruncate(page.value().descriptor(), 0), 0);
    EXPECT_EQ(page.value().layout().progress.load(), 0U);
}

TEST(StatusPage, refuses_a_descriptor_that_is_no_page) {
    EXPECT_FALSE(StatusPage::attach(-1));
    EXPECT_FALSE(StatusPage::attach(STDERR_FILENO));
    std::FILE* const file = std::tmpfile();
    ASSERT_EQ(::ftruncate(::fileno(file), 4096), 0);
    const auto page = StatusPage::attach(::fileno(file));
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorKind::invalid);
    std::fclose(file);
}

TEST(StatusPage, keeps_the_layout_that_docs_promise) {
    EXPECT_EQ(offsetof(StatusPageLayout, began), 8U);
    EXPECT_EQ(offsetof(StatusPageLayout, extended_to), 16U);
    EXPECT_EQ(offsetof(StatusPageLayout, messages_in), 32U);
    EXPECT_EQ(offsetof(StatusPageLayout, callback), 104U);
    EXPECT_EQ(offsetof(StatusPageLayout, position), 112U);
    EXPECT_EQ(offsetof(StatusPageLayout, crash), 160U);
    EXPECT_LE(sizeof(StatusPageLayout), 8192U);
}

}  // namespace
}  // namespace drover
