// What counts for the fingerprint of a simulation, and what does not.
#include "simulation/event_log.hpp"

#include <array>
#include <functional>

#include <gtest/gtest.h>

namespace drover {
namespace {

struct Publication {
    PublishedMessage message;
    std::uint64_t layout_hash = 5;
    std::string publisher = "broker";
    std::string cause = "risk";
    std::array<std::byte, 16> payload{};
};

std::string hash_after(const std::function<void(Publication&)>& change, int repeats = 1) {
    EventLog log;
    for (int count = 0; count < repeats; ++count) {
        Publication publication;
        publication.message.topic = "order.event.paper.SPX";
        publication.message.id = {1, 1, 7};
        publication.message.cause = {2, 1, 3};
        publication.message.topic_sequence = 7;
        publication.message.event_time = 100;
        publication.message.count = 1;
        change(publication);
        publication.message.payload = publication.payload;
        log.add(publication.message,
                EventLog::origin(
                    publication.layout_hash, publication.publisher, publication.message.topic),
                publication.cause);
    }
    return log.finish();
}

const std::string unchanged = hash_after([](Publication&) {});

TEST(EventLog, gives_64_hexadecimal_digits_that_are_the_same_every_time) {
    EXPECT_EQ(unchanged.size(), 64U);
    EXPECT_EQ(hash_after([](Publication&) {}), unchanged);
}

TEST(EventLog, changes_with_everything_that_counts) {
    EXPECT_NE(hash_after([](Publication& it) { it.message.topic = "order.event.paper.DAX"; }),
              unchanged);
    EXPECT_NE(hash_after([](Publication& it) { it.message.id.sequence = 8; }), unchanged);
    EXPECT_NE(hash_after([](Publication& it) { it.message.event_time = 101; }), unchanged);
    EXPECT_NE(hash_after([](Publication& it) { it.message.cause.sequence = 4; }), unchanged);
    EXPECT_NE(hash_after([](Publication& it) { it.payload[15] = std::byte{1}; }), unchanged);
    EXPECT_NE(hash_after([](Publication& it) { it.layout_hash = 6; }), unchanged);
    EXPECT_NE(hash_after([](Publication& it) { it.publisher = "brokes"; }), unchanged);
    EXPECT_NE(hash_after([](Publication& it) { it.cause = "advisor"; }), unchanged);
    EXPECT_NE(hash_after([](Publication&) {}, 2), unchanged);
}

TEST(EventLog, is_blind_to_wall_time_handles_and_incarnations) {
    EXPECT_EQ(hash_after([](Publication& it) {
                  it.message.publish_time = 99;
                  it.message.id.publisher = 12;
                  it.message.id.incarnation = 3;
                  it.message.type = 44;
              }),
              unchanged);
}

TEST(EventLog, goes_over_block_borders) {
    EXPECT_NE(hash_after([](Publication&) {}, 2000), hash_after([](Publication&) {}, 2001));
}

}  // namespace
}  // namespace drover
