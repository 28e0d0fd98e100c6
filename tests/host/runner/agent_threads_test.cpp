// Work that comes to an agent by posts, from its own threads and from itself.
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "runner/agent_runner.hpp"
#include "runner/unsent_frames.hpp"
#include "tests/host/runner/probed_runner.hpp"

namespace drover {
namespace {

using test::AgentRunnerTest;
using test::Probe;
using test::the_probe;

TEST_F(AgentRunnerTest, brings_the_work_of_foreign_threads_back_to_the_agent_thread) {
    started();
    const drover_host* host = the_probe->host();
    std::thread::id seen_on;
    the_probe->post_seen = [&](std::uint64_t) { seen_on = std::this_thread::get_id(); };
    std::thread worker([host] { (void)host->post(host, 8); });
    worker.join();
    EXPECT_GE(transport.wakes.load(), 1);
    runner->run_posts();
    EXPECT_EQ(seen_on, std::this_thread::get_id());
}

TEST_F(AgentRunnerTest, comes_back_from_an_agent_that_posts_from_every_post) {
    setup.mode = DROVER_MODE_LIVE;
    started();
    const drover_host* host = the_probe->host();
    std::uint64_t last = 0;
    the_probe->post_seen = [&](std::uint64_t token) {
        EXPECT_EQ(token, last + 1) << "none is lost and none comes twice";
        last = token;
        (void)host->post(host, token + 1);
    };
    std::thread worker([host] { (void)host->post(host, 1); });
    worker.join();
    const int wakes = transport.wakes;
    runner->run_posts();
    const std::uint64_t at_first = last;
    EXPECT_GT(at_first, 1U);
    EXPECT_GT(transport.wakes, wakes) << "the loop must not sleep over the rest";
    runner->run_posts();
    EXPECT_GT(last, at_first);
}

TEST_F(AgentRunnerTest, takes_from_foreign_threads_as_many_bytes_as_may_wait_of_streams) {
    constexpr std::size_t mebibyte = std::size_t{1} << 20U;
    constexpr std::size_t all = UnsentFrames::most_bytes / mebibyte;
    setup.ports[1].encoding = DROVER_ENCODING_JSON;
    started();
    const drover_host* host = the_probe->host();
    const std::string text = '"' + std::string(mebibyte - 2, 'x') + '"';
    std::uint32_t topic = 0;
    the_probe->message_seen = [&](const Message&) {
        EXPECT_EQ(host->topic(host, 1, borrow("out.a"), &topic), DROVER_OK);
    };
    deliver();
    drover_status refusal = DROVER_OK;
    std::size_t taken = 0;
    std::thread worker([&] {
        while (refusal == DROVER_OK && taken <= all) {
            refusal = host->publish(host, topic, 1, text.data(), 1, text.size(), nullptr);
            taken += refusal == DROVER_OK ? 1U : 0U;
        }
    });
    worker.join();
    EXPECT_EQ(taken, all);
    EXPECT_EQ(refusal, DROVER_E_IO);
}

TEST_F(AgentRunnerTest, refuses_durable_publications_of_foreign_threads) {
    TopicRights durable;
    durable.pattern = "out.durable";
    durable.durable = true;
    setup.rules = {durable};
    started();
    std::uint32_t topic = 0;
    in_callback([&] { topic = the_probe->topic(Probe::out, "out.durable").handle; });
    const Number number{1};
    const drover_host* const host = the_probe->host();
    EXPECT_EQ(host->publish(host, topic, 0, &number, 1, sizeof number, nullptr), DROVER_E_THREAD);
    EXPECT_EQ(the_probe->last_error(),
              "Topic 'out.durable' is durable, so only callbacks may publish on it. Call post, and "
              "publish from on_post.");
}

TEST_F(AgentRunnerTest, refuses_foreign_threads_in_a_simulation) {
    setup.foreign_threads = false;
    started();
    const drover_host* host = the_probe->host();
    drover_status status = DROVER_OK;
    std::thread worker([&] { status = host->post(host, 8); });
    worker.join();
    EXPECT_EQ(status, DROVER_E_THREAD);
}

}  // namespace
}  // namespace drover
