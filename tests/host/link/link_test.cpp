/// Links between real sockets in a temporary directory.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "link/agent_link.hpp"
#include "link/link_monitor.hpp"
#include "link/poller.hpp"
#include "link/router_link.hpp"
#include "link/tap.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;

/// A directory that is removed at the end.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "drover-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string endpoint(const std::string& name) const {
        return "ipc://" + (path_ / name).string();
    }

private:
    std::filesystem::path path_;
};

Frame text_frame(std::string_view text) {
    return Frame(std::as_bytes(std::span(text)));
}

std::string text_of(const Frame& frame) {
    return {reinterpret_cast<const char*>(frame.bytes().data()), frame.size()};
}

/// Waits until `socket` can be read or written; false when the deadline passes.
bool wait_for(const LinkSocket& socket, bool for_writing, std::chrono::nanoseconds longest = 20s) {
    Poller poller;
    const std::size_t place = poller.add(socket, !for_writing, for_writing);
    EXPECT_TRUE(poller.wait(longest));
    return for_writing ? poller.is_writable(place) : poller.is_readable(place);
}

template <typename Link>
std::optional<std::string> receive_text(Link& link) {
    Frame frame;
    if (!wait_for(link, false) || link.receive(frame) != LinkStatus::done) {
        return std::nullopt;
    }
    return text_of(frame);
}

class LinkTest : public testing::Test {
protected:
    TemporaryDirectory directory_;
    LinkContext context_ = std::move(LinkContext::open().value());
};

TEST_F(LinkTest, carries_frames_both_ways) {
    auto router = RouterLink::bind(context_, directory_.endpoint("a.1"));
    auto agent = AgentLink::connect(context_, directory_.endpoint("a.1"));
    ASSERT_TRUE(router && agent);
    ASSERT_TRUE(wait_for(router.value(), true));
    Frame welcome = text_frame("welcome");
    ASSERT_EQ(router.value().send(welcome), LinkStatus::done);
    EXPECT_EQ(receive_text(agent.value()), "welcome");
    Frame hello = text_frame("hello");
    ASSERT_EQ(agent.value().send(hello), LinkStatus::done);
    EXPECT_EQ(receive_text(router.value()), "hello");
    Frame none;
    EXPECT_EQ(router.value().receive(none), LinkStatus::would_block);
}

TEST_F(LinkTest, lets_nobody_in_but_the_process_it_is_for) {
    constexpr pid_t another = 1;
    auto closed = RouterLink::bind(context_, directory_.endpoint("a.1"), another);
    auto open = RouterLink::bind(context_, directory_.endpoint("b.1"), ::getpid());
    auto stranger = AgentLink::connect(context_, directory_.endpoint("a.1"));
    auto agent = AgentLink::connect(context_, directory_.endpoint("b.1"));
    ASSERT_TRUE(closed && open && stranger && agent);
    // By the time of the last of these round trips the stranger would have been connected, too.
    for (int round = 0; round < 200; ++round) {
        ASSERT_TRUE(wait_for(open.value(), true));
        Frame there = text_frame("there");
        ASSERT_EQ(open.value().send(there), LinkStatus::done);
        ASSERT_EQ(receive_text(agent.value()), "there");
        Frame back = text_frame("back");
        ASSERT_EQ(agent.value().send(back), LinkStatus::done);
        ASSERT_EQ(receive_text(open.value()), "back");
    }
    Frame frame = text_frame("kept");
    EXPECT_EQ(stranger.value().send(frame), LinkStatus::would_block);
    EXPECT_EQ(closed.value().send(frame), LinkStatus::would_block);
}

TEST_F(LinkTest, takes_no_frame_while_the_other_side_is_missing) {
    auto agent = AgentLink::connect(context_, directory_.endpoint("a.1"));
    ASSERT_TRUE(agent);
    Frame frame = text_frame("kept");
    EXPECT_EQ(agent.value().send(frame), LinkStatus::would_block);
    EXPECT_EQ(text_of(frame), "kept");
    auto router = RouterLink::bind(context_, directory_.endpoint("b.1"));
    ASSERT_TRUE(router);
    EXPECT_EQ(router.value().send(frame), LinkStatus::would_block);
}

TEST_F(LinkTest, comes_back_to_a_router_that_began_again) {
    const std::string endpoint = directory_.endpoint("a.1");
    auto agent = AgentLink::connect(context_, endpoint);
    ASSERT_TRUE(agent);
    for (int life = 0; life < 3; ++life) {
        // A context of its own, whose end waits until the path is removed.
        auto own = LinkContext::open();
        ASSERT_TRUE(own);
        auto router = RouterLink::bind(own.value(), endpoint);
        ASSERT_TRUE(router);
        ASSERT_TRUE(wait_for(router.value(), true)) << life;
        Frame frame = text_frame("epoch " + std::to_string(life));
        ASSERT_EQ(router.value().send(frame), LinkStatus::done);
        EXPECT_EQ(receive_text(agent.value()), "epoch " + std::to_string(life));
    }
}

TEST_F(LinkTest, sees_that_its_peer_is_gone_and_that_another_one_came) {
    const std::string endpoint = directory_.endpoint("a.1");
    auto agent = AgentLink::connect(context_, endpoint);
    ASSERT_TRUE(agent);
    auto monitor = LinkMonitor::open(context_, agent.value());
    ASSERT_TRUE(monitor) << monitor.error().message;
    const auto sees = [&](bool is_gone) {
        const Monotonic deadline = monotonic_now() + 20s;
        while (monitor.value().is_peer_gone() != is_gone && monotonic_now() < deadline) {
            static_cast<void>(wait_for(monitor.value(), false, 100ms));
            monitor.value().take_news();
        }
        return monitor.value().is_peer_gone() == is_gone;
    };
    for (int life = 0; life < 2; ++life) {
        auto own = LinkContext::open();
        ASSERT_TRUE(own);
        {
            auto router = RouterLink::bind(own.value(), endpoint);
            ASSERT_TRUE(router);
            ASSERT_TRUE(wait_for(router.value(), true)) << life;
            EXPECT_TRUE(sees(false)) << life;
        }
        EXPECT_TRUE(sees(true)) << life;
    }
}

TEST_F(LinkTest, says_why_an_endpoint_cannot_be_opened) {
    const auto router = RouterLink::bind(context_, "ipc:///nowhere/at/all/a.1");
    ASSERT_FALSE(router);
    EXPECT_NE(router.error().message.find("/nowhere/at/all/a.1"), std::string::npos);
}

TEST_F(LinkTest, shares_the_bytes_of_a_copied_frame) {
    const Frame frame = text_frame(std::string(1000, 'x'));
    const Frame copy = frame;
    EXPECT_EQ(copy.bytes().data(), frame.bytes().data());
    EXPECT_EQ(copy.size(), 1000U);
}

TEST_F(LinkTest, taps_only_what_was_asked_for_and_knows_when_nobody_asks) {
    auto tap = TapSocket::bind(context_, directory_.endpoint("tap"));
    ASSERT_TRUE(tap);
    EXPECT_FALSE(tap.value().has_readers());
    {
        auto reader = TapReader::connect(context_, directory_.endpoint("tap"), "market.");
        ASSERT_TRUE(reader && wait_for(tap.value(), false));
        tap.value().read_subscriptions();
        ASSERT_TRUE(tap.value().has_readers());
        tap.value().publish(text_frame("order.submit"));
        tap.value().publish(text_frame("market.bar"));
        EXPECT_EQ(receive_text(reader.value()), "market.bar");
    }
    ASSERT_TRUE(wait_for(tap.value(), false));
    tap.value().read_subscriptions();
    EXPECT_FALSE(tap.value().has_readers());
}

TEST_F(LinkTest, takes_many_wishes_of_a_tap_reader_a_few_at_a_time) {
    auto tap = TapSocket::bind(context_, directory_.endpoint("tap"));
    auto reader = TapReader::connect(context_, directory_.endpoint("tap"), "last");
    ASSERT_TRUE(tap && reader);
    constexpr std::size_t many = 900;  // All of them fit into the socket's queue.
    for (std::size_t wish = 1; wish < many; ++wish) {
        reader.value().subscribe("topic." + std::to_string(wish));
    }
    for (std::size_t taken = 0; taken < many;) {
        ASSERT_TRUE(wait_for(tap.value(), false)) << taken << " of " << many << " were taken";
        const std::size_t step = tap.value().read_subscriptions();
        EXPECT_LE(step, TapSocket::most_wishes) << "the others wait for one who asks";
        taken += step;
    }
    tap.value().publish(text_frame("last"));
    EXPECT_EQ(receive_text(reader.value()), "last");
}

TEST_F(LinkTest, closes_a_tap_that_asks_for_more_than_any_topic_is_long) {
    auto tap = TapSocket::bind(context_, directory_.endpoint("tap"));
    auto endless = TapReader::connect(
        context_, directory_.endpoint("tap"), std::string(largest_tap_wish + 1, 'x'));
    ASSERT_TRUE(tap && endless);
    {
        auto reader = TapReader::connect(context_, directory_.endpoint("tap"), "news");
        ASSERT_TRUE(reader && wait_for(tap.value(), false));
        tap.value().read_subscriptions();
        tap.value().publish(text_frame("news"));
        EXPECT_EQ(receive_text(reader.value()), "news");
    }
    ASSERT_TRUE(wait_for(tap.value(), false));
    tap.value().read_subscriptions();
    EXPECT_FALSE(tap.value().has_readers()) << "what is longer than any topic was taken";
}

TEST_F(LinkTest, never_waits_for_a_tap_reader_that_does_not_read) {
    auto tap = TapSocket::bind(context_, directory_.endpoint("tap"));
    auto reader = TapReader::connect(context_, directory_.endpoint("tap"), "");
    ASSERT_TRUE(tap && reader && wait_for(tap.value(), false));
    tap.value().read_subscriptions();
    const Frame frame = text_frame(std::string(1000, 'x'));
    for (int count = 0; count < 50'000; ++count) {
        tap.value().publish(frame);
    }
    EXPECT_TRUE(receive_text(reader.value()));
}

TEST_F(LinkTest, waits_for_descriptors_too_and_ends_at_the_deadline) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    auto router = RouterLink::bind(context_, directory_.endpoint("a.1"));
    ASSERT_TRUE(router);
    Poller poller;
    poller.add(router.value(), true, false);
    const std::size_t place = poller.add(ends[0], true, false);
    const Monotonic before = monotonic_now();
    ASSERT_TRUE(poller.wait(5ms));
    EXPECT_GE(monotonic_now() - before, 5ms);
    EXPECT_FALSE(poller.is_readable(place));
    ::close(ends[1]);
    ASSERT_TRUE(poller.wait(20s));
    EXPECT_TRUE(poller.is_readable(place));
    ::close(ends[0]);
}

}  // namespace
}  // namespace drover
