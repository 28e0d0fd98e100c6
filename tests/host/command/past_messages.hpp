/// Messages of the past for the verbs that look back: a durable log and recordings with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <drover/message_type.h>

#include "base/json_value.hpp"
#include "durable_log/segment_log.hpp"
#include "recording/recorded_message.hpp"
#include "recording/recording_writer.hpp"
#include "wire/message_frame.hpp"

namespace drover::test {

/// A JSON message; the time counts seconds of 1970.
struct PastMessage {
    RecordedId id;
    RecordedId cause;
    std::string topic;
    std::string json;
    std::int64_t second = 0;
};

inline std::span<const std::byte> bytes_in(std::string_view text) {
    return std::as_bytes(std::span(text));
}

/// What droverd writes down of a fleet with these agents and rules for topics.
inline std::string past_names(const std::map<std::string, std::uint32_t>& publishers,
                              Json rules = Json::array()) {
    Json agents = Json::array();
    for (const auto& [name, handle] : publishers) {
        agents.push_back({{"name", name}, {"handle", handle}});
    }
    return to_line({{"fleet", "desk"},
                    {"rules", std::move(rules)},
                    {"agents", std::move(agents)},
                    {"types", Json::array()}});
}

inline std::vector<std::byte> frame_of(const PastMessage& message) {
    MessageHeader header;
    header.encoding = static_cast<std::uint16_t>(Encoding::json);
    header.publisher = message.id.publisher;
    header.incarnation = message.id.incarnation;
    header.sequence = message.id.sequence;
    header.topic_sequence = message.id.sequence;
    header.cause = {message.cause.publisher, message.cause.incarnation, message.cause.sequence};
    header.event_time = header.publish_time = message.second * 1'000'000'000;
    header.count = 1;
    header.record_size = static_cast<std::uint32_t>(message.json.size());
    std::vector<std::byte> frame(message_frame_size(message.topic.size(), message.json.size()));
    encode_message(frame, message.topic, header, bytes_in(message.json));
    return frame;
}

/// Appends the messages to the durable log of a state directory, one position each.
inline void write_past_log(const std::filesystem::path& state,
                           const std::vector<PastMessage>& messages) {
    LogDisk disk;
    auto log = SegmentLog::open(
        {.folder = state / "router" / "log", .segment_size = std::uint64_t{64} << 10U}, disk);
    ASSERT_TRUE(log) << log.error().message;
    for (const PastMessage& message : messages) {
        const RecordedId& id = message.id;
        log.value()->append(
            {RecordKind::message, id.publisher, id.incarnation, id.sequence, std::nullopt},
            frame_of(message));
    }
}

inline void write_past_names(const std::filesystem::path& state, const std::string& names) {
    std::filesystem::create_directories(state / "router");
    std::ofstream(state / "router" / "names.json") << names;
}

/// A recording in which their publishers gave the messages, or in which agents were given them.
inline void write_past_recording(const std::filesystem::path& file,
                                 const std::string& names,
                                 const std::vector<PastMessage>& messages,
                                 EntryKind kind = EntryKind::published) {
    auto writer = RecordingWriter::create(file, 0);
    ASSERT_TRUE(writer) << writer.error().message;
    ASSERT_TRUE(writer.value().add(BlockKind::names, names));
    std::vector<std::byte> entries;
    for (const PastMessage& message : messages) {
        RecordedMessage recorded;
        recorded.topic = message.topic;
        recorded.payload = bytes_in(message.json);
        recorded.header.encoding = DROVER_ENCODING_JSON;
        recorded.header.id = message.id;
        recorded.header.cause = message.cause;
        recorded.header.event_time = recorded.header.publish_time = message.second * 1'000'000'000;
        recorded.header.count = 1;
        recorded.header.record_size = static_cast<std::uint32_t>(message.json.size());
        EntryWriter entry(entries, kind, 0, recorded.header.publish_time);
        recorded.write(entry);
    }
    ASSERT_TRUE(writer.value().add(BlockKind::entries, 1, entries));
    ASSERT_TRUE(writer.value().finish());
}

}  // namespace drover::test
