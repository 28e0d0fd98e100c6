// The C table that a plugin sees: what each function answers, where, and when no more.
#include "runner/host_table.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/agent.hpp>
#include <drover/extension/replay_clock.h>
#include <drover/extension/store.h>

#include "base/clock.hpp"
#include "runner/agent_runner.hpp"
#include "tests/host/runner/probed_runner.hpp"

namespace drover {
namespace {

using test::the_probe;
using ::testing::ElementsAre;

struct HostTableTest : test::AgentRunnerTest {
    void start() {
        started();
        host = the_probe->host();
        store = extension<drover_store_v1>(DROVER_EXTENSION_STORE);
    }
    template <typename Table>
    [[nodiscard]] const Table* extension(const char* id) const {
        return static_cast<const Table*>(host->get_extension(host, id));
    }
    [[nodiscard]] std::string_view last_error() const { return view(host->last_error(host)); }

    /// What the functions answer that only callbacks may call.
    [[nodiscard]] std::vector<drover_status> inside() const {
        const drover_bytes key{"key", 3};
        const drover_writer writer{
            nullptr, [](void*, const void*, std::size_t) { return drover_status{DROVER_OK}; }};
        std::uint32_t topic = 0;
        return {host->timer_set(host, 1, 1, 0),
                host->timer_cancel(host, 1),
                host->subscribe(host, 0, borrow("in.x")),
                host->topic(host, 1, borrow("out.x"), &topic),
                host->request(host, 0, borrow("other"), {nullptr, 0}, 1, 1),
                store->put(host, key, key),
                store->get(host, key, &writer),
                store->erase(host, key)};
    }
    /// The same of those that any thread may call.
    [[nodiscard]] std::vector<drover_status> anywhere() const {
        const Number number{1};
        void* room = nullptr;
        return {host->publish(host, 0, 0, &number, 1, sizeof number, nullptr),
                host->loan(host, 0, 1, &room),
                host->commit(host, 0, 1, nullptr),
                host->reply(host, 1, DROVER_OK, {nullptr, 0}, borrow("")),
                host->post(host, 1)};
    }

    const drover_host* host = nullptr;
    const drover_store_v1* store = nullptr;
};

TEST_F(HostTableTest, has_every_function_of_its_version) {
    make();
    const drover_host made = make_host_table(*runner);
    EXPECT_EQ(made.size, sizeof made);
    EXPECT_EQ(made.abi_minor, std::uint32_t{DROVER_ABI_MINOR});
    for (std::size_t at = offsetof(drover_host, implementation); at < sizeof made;
         at += sizeof(void*)) {
        const void* member = nullptr;
        std::memcpy(&member, reinterpret_cast<const std::byte*>(&made) + at, sizeof member);
        EXPECT_NE(member, nullptr) << "at " << at;
    }
}

TEST_F(HostTableTest, refuses_outside_of_callbacks_what_only_they_may_call) {
    start();
    EXPECT_THAT(inside(), ::testing::Each(DROVER_E_THREAD));
    EXPECT_EQ(last_error(), "This may only be called inside a callback.");
    EXPECT_EQ(runner->next_timer(), INT64_MAX);
    in_callback([&] {
        std::vector<drover_status> elsewhere;
        std::thread worker([&] { elsewhere = inside(); });
        worker.join();
        EXPECT_THAT(elsewhere, ::testing::Each(DROVER_E_THREAD))
            << "another thread is in no callback while one runs";
        EXPECT_THAT(inside(), ::testing::Not(::testing::Contains(DROVER_E_THREAD)));
    });
}

TEST_F(HostTableTest, answers_a_stopped_agent_with_a_state_error_and_lets_it_say_nothing) {
    start();
    host->log(host, DROVER_LOG_INFO, borrow("before"));
    host->health(host, DROVER_HEALTH_DEGRADED, "slow", borrow("before"));
    runner->stop(DROVER_STOP_REQUESTED, 0);
    EXPECT_THAT(inside(), ::testing::Each(DROVER_E_STATE));
    EXPECT_THAT(anywhere(), ::testing::Each(DROVER_E_STATE));
    EXPECT_EQ(last_error(), "The agent has been stopped.");
    host->log(host, DROVER_LOG_INFO, borrow("after"));
    host->health(host, DROVER_HEALTH_HEALTHY, nullptr, {nullptr, 0});
    host->request_stop(host, DROVER_OK, "done", borrow("after"));
    EXPECT_THAT(observer.lines, ElementsAre("before"));
    EXPECT_THAT(observer.healths, ElementsAre("2 slow before"));
    EXPECT_FALSE(runner->stop_wish());
}

TEST_F(HostTableTest, takes_texts_that_are_not_there_for_empty_ones) {
    start();
    const drover_string none{nullptr, 0};
    host->log(host, DROVER_LOG_INFO, none);
    host->health(host, DROVER_HEALTH_UNHEALTHY, nullptr, none);
    host->request_stop(host, DROVER_OK, nullptr, none);
    EXPECT_THAT(observer.lines, ElementsAre(""));
    EXPECT_THAT(observer.healths, ElementsAre("3  "));
    ASSERT_TRUE(runner->stop_wish());
    EXPECT_EQ(runner->stop_wish()->code + runner->stop_wish()->text, "");
}

TEST_F(HostTableTest, keeps_the_last_error_of_each_thread_apart) {
    start();
    in_callback([&] {
        EXPECT_EQ(host->timer_cancel(host, 31), DROVER_E_NOT_FOUND);
        std::string others;
        std::thread worker([&] {
            (void)host->timer_cancel(host, 32);
            others = last_error();
        });
        worker.join();
        EXPECT_EQ(others, "This may only be called inside a callback.");
        EXPECT_EQ(last_error(), "There is no timer 31.");
    });
}

TEST_F(HostTableTest, takes_timers_with_a_period_of_at_least_nothing_and_cancels_them_once) {
    start();
    in_callback([&] {
        EXPECT_EQ(host->timer_set(host, 5, 1000, -1), DROVER_E_INVALID);
        EXPECT_EQ(host->timer_cancel(host, 5), DROVER_E_NOT_FOUND) << "it was not set";
        EXPECT_EQ(host->timer_set(host, 5, 1000, 0), DROVER_OK);
        EXPECT_EQ(host->timer_set(host, 6, 1000, 10), DROVER_OK);
        EXPECT_EQ(host->timer_cancel(host, 5), DROVER_OK);
        EXPECT_EQ(host->timer_cancel(host, 5), DROVER_E_NOT_FOUND);
    });
    runner->set_time(1000);
    runner->fire_timers();
    EXPECT_THAT(the_probe->fired, ElementsAre(6U));
}

TEST_F(HostTableTest, tells_the_page_how_long_a_callback_may_still_run) {
    start();
    constexpr auto an_hour = std::chrono::nanoseconds(std::chrono::hours(1));
    const Monotonic before = monotonic_now();
    in_callback([&] { host->extend(host, an_hour.count()); });
    const Monotonic told(std::chrono::nanoseconds(page.layout().extended_to.load()));
    EXPECT_GE(told, before + an_hour);
    EXPECT_LE(told, monotonic_now() + an_hour);
}

TEST_F(HostTableTest, lends_no_extension_that_it_does_not_know) {
    start();
    EXPECT_EQ(host->get_extension(host, "drover.store/2"), nullptr);
    EXPECT_EQ(host->get_extension(host, ""), nullptr);
}

TEST_F(HostTableTest, moves_the_replay_clock_ahead_only_and_says_when_it_settled_last) {
    setup.owns_clock = true;
    setup.start_time = 500;
    start();
    const auto* const clock = extension<drover_replay_clock_v1>(DROVER_EXTENSION_REPLAY_CLOCK);
    ASSERT_NE(clock, nullptr);
    EXPECT_EQ(clock->last_settled(host), INT64_MIN);
    EXPECT_EQ(clock->advance(host, 700, 0, 1), DROVER_E_THREAD);
    in_callback([&] {
        EXPECT_EQ(clock->advance(host, 499, 0, 1), DROVER_E_INVALID);
        EXPECT_EQ(clock->advance(host, 700, -1, 1), DROVER_E_INVALID);
        EXPECT_EQ(clock->advance(host, 500, 0, 1), DROVER_OK) << "an instant may go on";
    });
    EXPECT_EQ(transport.asked, 500);
    runner->advanced(500, 1);
    EXPECT_EQ(clock->last_settled(host), 500);
    in_callback([&] { EXPECT_EQ(clock->advance(host, 700, 0, 1), DROVER_OK); });
}

}  // namespace
}  // namespace drover
