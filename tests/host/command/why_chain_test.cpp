/// The chain of an order: its causes, what mentions it, and nothing else.
#include "command/why_chain.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <drover/message_type.h>

namespace drover {
namespace {

/// Messages of the past that a test makes up: JSON, one publisher per letter.
class MadeUpMessages final : public MessageSource {
public:
    void add(RecordedId id, RecordedId cause, std::int64_t time, std::string body) {
        messages_.push_back({id, cause, time, std::move(body)});
    }
    Result<void> read(const Visit& visit) override {
        ++readings;
        for (const Made& made : messages_) {
            RecordedMessage message;
            message.topic = "topic";
            message.payload = std::as_bytes(std::span(made.body.data(), made.body.size()));
            message.header.encoding = DROVER_ENCODING_JSON;
            message.header.id = made.id;
            message.header.cause = made.cause;
            message.header.publish_time = made.time;
            message.header.count = 1;
            message.header.record_size = static_cast<std::uint32_t>(made.body.size());
            visit(message, names_);
        }
        return success();
    }
    int readings = 0;

private:
    struct Made {
        RecordedId id;
        RecordedId cause;
        std::int64_t time;
        std::string body;
    };
    std::vector<Made> messages_;
    RecordingNames names_;
};

constexpr RecordedId none{};
constexpr RecordedId bar{1, 1, 1};
constexpr RecordedId signal{2, 1, 1};
constexpr RecordedId order{3, 1, 1};
constexpr RecordedId fill{4, 1, 1};
constexpr RecordedId later_bar{1, 1, 2};

std::vector<RecordedId> ids_of(const std::vector<WhyLink>& chain) {
    std::vector<RecordedId> ids;
    for (const WhyLink& link : chain) {
        ids.push_back(link.id);
    }
    return ids;
}

TEST(WhyChain, leads_from_the_market_to_the_fill) {
    MadeUpMessages past;
    past.add(fill, later_bar, 20, R"({"id":"abc","kind":"filled"})");
    past.add(order, signal, 10, R"({"id":"abc"})");
    past.add(signal, bar, 10, R"({"reason":"crossed"})");
    past.add(bar, none, 10, "{}");
    past.add(later_bar, none, 20, "{}");
    past.add({9, 1, 1}, bar, 10, R"({"id":"another"})");
    const auto chain = why_chain(past, "abc");
    ASSERT_TRUE(chain);
    EXPECT_EQ(ids_of(chain.value().links),
              (std::vector<RecordedId>{bar, signal, order, later_bar, fill}));
    EXPECT_FALSE(chain.value().links[0].is_mention);
    EXPECT_TRUE(chain.value().links[2].is_mention);
    EXPECT_EQ(chain.value().links[2].depth, 2U);
    EXPECT_EQ(past.readings, 2);
}

TEST(WhyChain, puts_a_verdict_before_the_order_that_it_allows) {
    MadeUpMessages past;
    constexpr RecordedId another{3, 1, 2};
    constexpr RecordedId verdict{3, 1, 3};
    constexpr RecordedId accepted{4, 1, 1};
    past.add(bar, none, 10, "{}");
    past.add(signal, bar, 10, "{}");
    past.add(order, signal, 10, R"({"id":"abc"})");
    past.add(another, bar, 11, R"({"id":"abc","note":"of another callback"})");
    past.add(verdict, signal, 12, R"({"id":"abc","kind":"approved"})");
    past.add(accepted, order, 13, R"({"id":"abc"})");
    const auto chain = why_chain(past, "abc");
    ASSERT_TRUE(chain);
    EXPECT_EQ(ids_of(chain.value().links),
              (std::vector<RecordedId>{bar, signal, verdict, order, another, accepted}));
}

TEST(WhyChain, leaves_what_led_to_nothing_in_the_order_of_its_time) {
    MadeUpMessages past;
    constexpr RecordedId verdict{3, 1, 2};
    past.add(signal, none, 10, "{}");
    past.add(order, signal, 10, R"({"id":"abc"})");
    past.add(verdict, signal, 12, R"({"id":"abc","kind":"refused"})");
    const auto chain = why_chain(past, "abc");
    ASSERT_TRUE(chain);
    EXPECT_EQ(ids_of(chain.value().links), (std::vector<RecordedId>{signal, order, verdict}));
}

TEST(WhyChain, takes_an_id_only_whole) {
    MadeUpMessages past;
    past.add(order, none, 1, R"({"id":"abcd"})");
    past.add(fill, none, 1, R"({"note":"order abc was filled"})");
    const auto chain = why_chain(past, "abc");
    ASSERT_TRUE(chain);
    EXPECT_TRUE(chain.value().links.empty());
}

TEST(WhyChain, shows_each_message_once_however_many_received_it) {
    MadeUpMessages past;
    past.add(order, none, 1, R"({"id":"abc"})");
    past.add(order, none, 1, R"({"id":"abc"})");
    const auto chain = why_chain(past, "abc");
    ASSERT_TRUE(chain);
    EXPECT_EQ(chain.value().links.size(), 1U);
}

TEST(WhyChain, ends_where_a_cause_is_missing_or_points_to_itself) {
    MadeUpMessages past;
    past.add(order, signal, 1, R"({"id":"abc"})");
    past.add(fill, fill, 2, R"({"id":"abc"})");
    const auto chain = why_chain(past, "abc");
    ASSERT_TRUE(chain);
    EXPECT_EQ(ids_of(chain.value().links), (std::vector<RecordedId>{order, fill}));
    EXPECT_TRUE(chain.value().links[0].is_cause_missing);
    EXPECT_FALSE(chain.value().links[1].is_cause_missing);
}

TEST(WhyChain, knows_places_that_do_not_belong_together) {
    MadeUpMessages past;
    past.add(order, signal, 1, R"({"id":"abc"})");
    past.add(order, signal, 1, R"({"id":"abc"})");
    EXPECT_FALSE(why_chain(past, "abc").value().is_contradictory);
    past.add(order, bar, 1, R"({"id":"abc"})");
    EXPECT_TRUE(why_chain(past, "abc").value().is_contradictory);
}

}  // namespace
}  // namespace drover
