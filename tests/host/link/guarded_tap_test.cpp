/// A tap over tcp and clients with the right key, with another one and with none.
#include "link/guarded_tap.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "curve_client.hpp"
#include "link/poller.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;

Frame frame_of(std::string_view text) {
    return Frame(std::as_bytes(std::span(text)));
}

class GuardedTapTest : public ::testing::Test {
protected:
    GuardedTapTest()
        : server_(make_curve_keys().value()),
          friend_(make_curve_keys().value()),
          stranger_(make_curve_keys().value()),
          context_(LinkContext::open().value()),
          tap_(GuardedTap::bind(context_, "tcp://127.0.0.1:*", server_).value()) {}

    [[nodiscard]] CurveClient::Keys keys_of(const CurveKeys& client) const {
        return {server_.public_key, client.public_key, client.secret_key};
    }
    /// Serves until the condition holds, and publishes "news" all the while; false when the
    /// patience is over.
    bool serve_until(const std::function<bool()>& condition) {
        const Monotonic deadline = monotonic_now() + 20s;
        while (!condition()) {
            if (monotonic_now() > deadline) {
                return false;
            }
            Poller poller;
            for (const LinkSocket* const socket : tap_.sockets()) {
                poller.add(*socket, true, false);
            }
            EXPECT_TRUE(poller.wait(10ms));
            for (const TapKnock& knock : tap_.answer_knocks([this](const std::string& key) {
                     return key == friend_.public_key || key == also_allowed_;
                 })) {
                (knock.is_allowed ? let_in_ : refused_).push_back(knock.key);
            }
            for (const TapWish& wish : tap_.take_wishes()) {
                wishes_ += wish.is_end ? -1 : 1;
            }
            failures_ += tap_.take_failures().size();
            tap_.publish(frame_of("news"));
        }
        return true;
    }

    CurveKeys server_;
    CurveKeys friend_;
    CurveKeys stranger_;
    LinkContext context_;
    GuardedTap tap_;
    std::string also_allowed_;
    std::vector<std::string> let_in_;
    std::vector<std::string> refused_;
    int wishes_ = 0;
    std::size_t failures_ = 0;
};

TEST_F(GuardedTapTest, gives_messages_to_a_client_whose_key_is_allowed) {
    EXPECT_EQ(tap_.endpoint().rfind("tcp://127.0.0.1:", 0), 0U);
    CurveClient client(tap_.endpoint(), keys_of(friend_));
    std::optional<std::string> heard;
    EXPECT_TRUE(serve_until([&] { return (heard = client.receive(1ms)).has_value(); }));
    EXPECT_EQ(heard, "news");
    ASSERT_FALSE(let_in_.empty());
    EXPECT_EQ(let_in_.front(), friend_.public_key);
    EXPECT_EQ(wishes_, 1);
}

TEST_F(GuardedTapTest, gives_nothing_to_a_client_with_another_key) {
    CurveClient client(tap_.endpoint(), keys_of(stranger_));
    EXPECT_TRUE(serve_until([&] { return !refused_.empty(); }));
    EXPECT_EQ(refused_.front(), stranger_.public_key);
    // Another one is let in meanwhile and hears, so messages did flow.
    CurveClient other(tap_.endpoint(), keys_of(friend_));
    EXPECT_TRUE(serve_until([&] { return other.receive(1ms).has_value(); }));
    EXPECT_FALSE(client.receive(1ms));
    EXPECT_EQ(wishes_, 1) << "who is not let in can ask for nothing";
}

TEST_F(GuardedTapTest, gives_nothing_to_a_client_without_a_key) {
    CurveClient client(tap_.endpoint(), std::nullopt);
    EXPECT_TRUE(serve_until([&] { return failures_ > 0; }));
    CurveClient other(tap_.endpoint(), keys_of(friend_));
    EXPECT_TRUE(serve_until([&] { return other.receive(1ms).has_value(); }));
    EXPECT_FALSE(client.receive(1ms));
}

TEST_F(GuardedTapTest, knows_when_nobody_listens_any_more) {
    {
        CurveClient client(tap_.endpoint(), keys_of(friend_));
        EXPECT_TRUE(serve_until([&] { return wishes_ == 1; }));
    }
    EXPECT_TRUE(serve_until([&] { return wishes_ == 0; }));
}

TEST_F(GuardedTapTest, turns_all_out_and_lets_in_again_who_is_still_allowed) {
    CurveClient stays(tap_.endpoint(), keys_of(friend_));
    CurveClient goes(tap_.endpoint(), keys_of(stranger_));
    also_allowed_ = stranger_.public_key;
    EXPECT_TRUE(serve_until([&] { return stays.receive(1ms).has_value(); }));
    EXPECT_TRUE(serve_until([&] { return goes.receive(1ms).has_value(); }));
    also_allowed_.clear();
    let_in_.clear();
    const std::string before = tap_.endpoint();
    const auto done = tap_.turn_all_out(context_, server_);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(tap_.endpoint(), before);
    refused_.clear();
    EXPECT_TRUE(serve_until([&] { return !refused_.empty() && !let_in_.empty(); }));
    while (goes.receive(1ms)) {  // What had come before; it has asked again behind it.
    }
    EXPECT_TRUE(serve_until([&] { return stays.receive(1ms).has_value(); }));
    EXPECT_FALSE(goes.receive(1ms));
}

TEST_F(GuardedTapTest, says_why_it_cannot_listen) {
    LinkContext other = LinkContext::open().value();
    const auto taken = GuardedTap::bind(other, tap_.endpoint(), server_);
    ASSERT_FALSE(taken);
    EXPECT_NE(taken.error().message.find("Address already in use."), std::string::npos)
        << taken.error().message;
}

TEST(CurveKeys, are_text_that_is_known_again) {
    const CurveKeys keys = make_curve_keys().value();
    EXPECT_TRUE(is_curve_key(keys.public_key));
    EXPECT_FALSE(is_curve_key(keys.public_key.substr(1)));
    EXPECT_FALSE(is_curve_key(std::string(curve_key_length, '"')));
}

}  // namespace
}  // namespace drover
