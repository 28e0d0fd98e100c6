#include "process/processor_wait.hpp"

#include <gtest/gtest.h>

#include "tests/host/process/starved_child.hpp"

namespace drover {
namespace {

TEST(ProcessorWait, grows_while_another_process_keeps_the_processor_busy) {
    const test::StarvedChild child;
    EXPECT_TRUE(child.waits_for(std::chrono::milliseconds(20)));
}

TEST(ProcessorWait, is_nothing_for_a_process_that_does_not_exist) {
    EXPECT_EQ(processor_wait(-1), std::chrono::nanoseconds::zero());
}

}  // namespace
}  // namespace drover
