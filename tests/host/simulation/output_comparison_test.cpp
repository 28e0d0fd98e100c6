/// Outputs are compared byte for byte, each kind in its own order, and a difference is named.
#include "simulation/output_comparison.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <drover/message_type.h>

#include "base/json_value.hpp"
#include "recording/recorded_outputs.hpp"

namespace drover {
namespace {

template <typename Body>
Output output_of(EntryKind kind, const Body& body, std::uint64_t callback) {
    std::vector<std::byte> bytes;
    {
        EntryWriter writer(bytes, kind, 0, 0);
        body.write(writer);
    }
    bytes.erase(bytes.begin(), bytes.begin() + sizeof(EntryHead));
    return {kind, std::move(bytes), {callback, 1'000'000'000, "on_message test.a 1 of b"}};
}

Output publication(const std::string& value, std::uint64_t callback = 1) {
    RecordedMessage message;
    message.topic = "test.out";
    message.payload = std::as_bytes(std::span(value.data(), value.size()));
    message.header.encoding = DROVER_ENCODING_JSON;
    message.header.count = 1;
    message.header.record_size = static_cast<std::uint32_t>(value.size());
    return output_of(EntryKind::published, message, callback);
}

Output advance(std::int64_t time) {
    return output_of(EntryKind::advance, RecordedAdvance{time, 0, 1}, 1);
}

struct Compared {
    RecordingNames names;
    OutputComparison comparison{names};
};

TEST(OutputComparison, finds_equal_outputs_equal_in_whatever_order_the_kinds_leave) {
    Compared given;
    given.comparison.add_recorded(publication("1"));
    given.comparison.add_recorded(advance(5));
    given.comparison.add_replayed(advance(5));
    given.comparison.add_replayed(publication("1"));
    EXPECT_FALSE(given.comparison.compare());
    EXPECT_FALSE(given.comparison.compare_rest(false));
    EXPECT_EQ(given.comparison.equal(), 2U);
}

TEST(OutputComparison, names_the_output_the_callback_and_the_field_that_differ) {
    Compared given;
    given.comparison.add_recorded(publication(R"({"a":1,"b":2})"));
    given.comparison.add_recorded(publication(R"({"a":1,"b":2})", 2));
    given.comparison.add_replayed(publication(R"({"a":1,"b":2})"));
    given.comparison.add_replayed(publication(R"({"a":1,"b":3})", 2));
    const auto difference = given.comparison.compare();
    ASSERT_TRUE(difference);
    EXPECT_EQ(difference->at("sentence"),
              "publication 2 on test.out differs; it comes from callback 2 (on_message test.a 1 of "
              "b) at 1970-01-01T00:00:01Z");
    ASSERT_EQ(difference->at("fields").size(), 1U);
    EXPECT_EQ(difference->at("fields").at(0).at("field"), "value.b");
    EXPECT_EQ(difference->at("fields").at(0).at("recorded"), 2);
    EXPECT_EQ(difference->at("fields").at(0).at("replayed"), 3);
}

TEST(OutputComparison, misses_what_does_not_come_now) {
    Compared given;
    given.comparison.add_recorded(publication("1"));
    EXPECT_FALSE(given.comparison.compare()) << "it may still come";
    const auto difference = given.comparison.compare_rest(true);
    ASSERT_TRUE(difference) << "also of a life that was killed";
    EXPECT_NE(difference->at("sentence").get<std::string>().find("does not come now"),
              std::string::npos);
}

TEST(OutputComparison, allows_a_killed_life_to_lack_its_last_outputs) {
    Compared given;
    given.comparison.add_replayed(publication("1"));
    EXPECT_FALSE(given.comparison.compare_rest(true));
    const auto difference = given.comparison.compare_rest(false);
    ASSERT_TRUE(difference);
    EXPECT_NE(difference->at("sentence").get<std::string>().find("is not in the recording"),
              std::string::npos);
}

}  // namespace
}  // namespace drover
