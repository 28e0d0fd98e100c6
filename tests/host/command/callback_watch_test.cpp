/// How long a callback has run, and the place that is told of one that died.
#include "command/callback_watch.hpp"

#include <csignal>

#include <gtest/gtest.h>

#include "tests/host/process/starved_child.hpp"

namespace drover::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

struct CallbackWatchTest : testing::Test {
    /// Whether a look so long after `now` finds another callback than the look before.
    bool has_moved(milliseconds later) { return !watch.look(now + later, no_process); }

    static constexpr pid_t no_process = 0x7FFFFFF0;  ///< It never waited for a processor.
    StatusPage page = StatusPage::local();
    Monotonic before = monotonic_now();
    CallbackWatch watch{page.layout()};
    Monotonic now = monotonic_now();
};

}  // namespace

TEST_F(CallbackWatchTest, counts_from_its_beginning_while_the_child_has_begun_nothing) {
    const auto stood = watch.look(now + seconds(10), no_process);
    ASSERT_TRUE(stood);
    EXPECT_GE(*stood, seconds(10));
    EXPECT_LE(*stood, seconds(10) + (now - before));
}

TEST_F(CallbackWatchTest, tells_another_agent_and_another_callback_by_themselves) {
    page.layout().agent = 3;
    EXPECT_TRUE(has_moved(seconds(1)));
    page.layout().callback = static_cast<std::uint32_t>(CallbackKind::on_timer);
    EXPECT_TRUE(has_moved(seconds(2)));
    EXPECT_EQ(watch.look(now + seconds(5), no_process), seconds(3));
}

TEST_F(CallbackWatchTest, does_not_count_the_time_for_which_the_child_waited_for_a_processor) {
    const StarvedChild child;
    page.layout().progress = 1;
    ASSERT_EQ(watch.look(now, child.pid()), std::nullopt);
    const nanoseconds at_first = processor_wait(child.pid());
    ASSERT_TRUE(child.waits_for(at_first + milliseconds(20)));
    const auto stood = watch.look(now + seconds(10), child.pid());
    ASSERT_TRUE(stood);
    EXPECT_LE(*stood, seconds(10) - milliseconds(20));
}

TEST_F(CallbackWatchTest, counts_in_full_where_the_child_waited_before_the_callback) {
    const StarvedChild child;
    ASSERT_TRUE(child.waits_for(milliseconds(20)));
    const nanoseconds before_it = processor_wait(child.pid());
    page.layout().progress = 1;
    ASSERT_EQ(watch.look(now, child.pid()), std::nullopt);
    const auto stood = watch.look(now + seconds(10), child.pid());
    ASSERT_TRUE(stood);
    EXPECT_GE(*stood, seconds(10) - (processor_wait(child.pid()) - before_it));
}

TEST_F(CallbackWatchTest, names_no_place_where_the_innermost_frame_is_in_no_file) {
    CrashArea& crash = page.layout().crash;
    crash.signal = SIGSEGV;
    EXPECT_EQ(watch.fault_text(), "") << "of a stack that could not be read";
    crash.frames[0] = {0x12ab, CrashArea::most_modules, 0};
    crash.frames[1] = {0x34cd, 0, 0};
    crash.frame_count = 2;
    std::string("/p/risk.so").copy(crash.modules[0].data(), crash.modules[0].size());
    crash.module_count = 1;
    EXPECT_EQ(watch.fault_text(), "");
    crash.frames[0].module = 0;
    EXPECT_EQ(watch.fault_text(), " (at risk.so+0x12ab)");
}

}  // namespace drover::test
