/// The names in a recording decode its messages without the plugins.
#include "recording/recording_names.hpp"

#include <cstring>

#include <gtest/gtest.h>

#include <drover/message_type.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

constexpr const char* names_text = R"({"fleet":"desk","file":"/f/agents.yaml","replay_clock":"md",
    "rules":[{"pattern":"order.>"}],
    "agents":[{"name":"md","handle":4,"plugin":"/p/md.so","agent":"","build_id":"ab","flags":0,
               "config":"{}","left_out":null},
              {"name":"net","handle":5,"plugin":"/p/n.so","agent":"","build_id":"cd","flags":4,
               "config":"{}","left_out":"it faces the outside world"}],
    "types":[]})";

MessageType number_type() {
    MessageType type;
    type.name = "test.number";
    type.encoding = DROVER_ENCODING_RECORDS;
    type.record_size = 8;
    FieldDescription field;
    field.name = "value";
    field.kind = DROVER_KIND_I64;
    type.fields.push_back(field);
    return type;
}

RecordingNames sample_names() {
    auto json = parse_json(names_text).value();
    Json type = to_json(number_type());
    type["handle"] = 7;
    json["types"].push_back(type);
    RecordingNames names;
    EXPECT_TRUE(names.add(to_line(json)));
    return names;
}

TEST(RecordingNames, knows_the_fleet_and_its_agents) {
    const RecordingNames names = sample_names();
    EXPECT_EQ(names.fleet(), "desk");
    EXPECT_EQ(names.replay_clock(), "md");
    ASSERT_EQ(names.agents().size(), 2U);
    EXPECT_FALSE(names.agents()[0].left_out);
    EXPECT_EQ(names.agents()[1].left_out, "it faces the outside world");
    EXPECT_EQ(names.publisher(4), "md");
    EXPECT_EQ(names.publisher(9), "");
}

TEST(RecordingNames, decodes_messages_by_the_types_it_holds) {
    const RecordingNames names = sample_names();
    const std::int64_t value = -42;
    RecordedMessage message;
    message.topic = "test.a";
    message.payload = std::as_bytes(std::span(&value, 1));
    message.header.type = 7;
    message.header.encoding = DROVER_ENCODING_RECORDS;
    message.header.id = {4, 1, 12};
    message.header.count = 1;
    message.header.record_size = 8;
    const Json json = names.message_json(message);
    EXPECT_EQ(json.at("publisher"), "md");
    EXPECT_EQ(json.at("type"), "test.number");
    EXPECT_TRUE(json.at("cause").is_null());
    EXPECT_EQ(json.at("records").at(0).at("value"), -42);
}

TEST(RecordingNames, keeps_what_a_fleet_that_has_changed_does_not_have_any_more) {
    RecordingNames names = sample_names();
    ASSERT_TRUE(names.add(R"({"fleet":"desk","rules":[],"types":[],"agents":[
        {"name":"new","handle":6}]})"));
    EXPECT_EQ(names.publisher(4), "md");
    EXPECT_EQ(names.publisher(6), "new");
    EXPECT_NE(names.type(7), nullptr);
    EXPECT_EQ(names.agents().size(), 1U);
    EXPECT_FALSE(names.replay_clock());
}

TEST(RecordingNames, refuses_what_it_cannot_read) {
    RecordingNames names;
    EXPECT_FALSE(names.add("no JSON"));
    EXPECT_FALSE(names.add("{}"));
}

}  // namespace
}  // namespace drover
