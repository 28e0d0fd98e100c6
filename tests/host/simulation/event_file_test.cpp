// The events of a simulation as a file.
#include "simulation/event_file.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>

#include <drover/message_type.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

class EventFileTest : public testing::Test {
protected:
    EventFileTest() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "drover-events-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~EventFileTest() override {
        std::error_code error;
        std::filesystem::remove_all(folder_, error);
    }
    [[nodiscard]] std::vector<Json> lines() const {
        std::vector<Json> all;
        std::ifstream stream(folder_ / "events");
        for (std::string line; std::getline(stream, line);) {
            all.push_back(parse_json(line).value());
        }
        return all;
    }
    std::filesystem::path folder_;
};

TEST_F(EventFileTest, has_a_line_for_each_message_with_its_fields) {
    FieldDescription field;
    field.name = "value";
    field.kind = DROVER_KIND_I64;
    MessageType number;
    number.name = "test.number";
    number.encoding = DROVER_ENCODING_RECORDS;
    number.record_size = sizeof(std::int64_t);
    number.fields.push_back(field);
    auto file = EventFile::create(folder_ / "events", {{4, number}}, {{1, "clock"}, {2, "echo"}});
    ASSERT_TRUE(file);
    const std::array<std::int64_t, 2> values{7, 8};
    PublishedMessage message;
    message.topic = "number.x";
    message.type = 4;
    message.encoding = DROVER_ENCODING_RECORDS;
    message.id = {2, 1, 9};
    message.cause = {1, 1, 5};
    message.event_time = 86'400'000'000'000;
    message.count = 2;
    message.record_size = sizeof(std::int64_t);
    message.payload = std::as_bytes(std::span(values));
    file.value()->add(message);
    ASSERT_TRUE(file.value()->finish());
    ASSERT_EQ(lines().size(), 1U);
    const Json line = lines().front();
    EXPECT_EQ(line.at("topic"), "number.x");
    EXPECT_EQ(line.at("type"), "test.number");
    EXPECT_EQ(line.at("publisher"), "echo");
    EXPECT_EQ(line.at("cause").at("publisher"), "clock");
    EXPECT_EQ(line.at("event_time"), "1970-01-02T00:00:00Z");
    EXPECT_EQ(line.at("records").at(1).at("value"), 8);
}

TEST_F(EventFileTest, says_where_it_cannot_write) {
    const auto file = EventFile::create(folder_ / "no" / "such" / "folder", {}, {});
    ASSERT_FALSE(file);
    EXPECT_THAT(file.error().message, testing::HasSubstr("no/such/folder"));
    auto full = EventFile::create("/dev/full", {}, {});
    ASSERT_TRUE(full);
    full.value()->add(PublishedMessage{});
    const auto finished = full.value()->finish();
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().message,
              "The events cannot be written to /dev/full: No space left on device.");
}

TEST_F(EventFileTest, keeps_the_reason_of_the_first_write_that_failed) {
    auto full = EventFile::create("/dev/full", {}, {});
    ASSERT_TRUE(full);
    // More than the stream's buffer: the failure comes while adding.
    for (int index = 0; index < 10'000; ++index) {
        full.value()->add(PublishedMessage{});
    }
    errno = 0;
    const auto finished = full.value()->finish();
    ASSERT_FALSE(finished);
    EXPECT_THAT(finished.error().message, testing::HasSubstr("No space left on device"));
}

}  // namespace
}  // namespace drover
