#include "runner/outbox.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>

#include <drover/message_type.h>

#include "runner/message_header.hpp"
#include "wire/bundle.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

constexpr std::size_t alignment = 8;

/// Adds one message frame as a BUNDLE holds it: its size, its bytes, NUL up to a multiple of 8.
void append_bundled(std::vector<std::byte>& frames,
                    std::string_view topic,
                    const MessageHeader& header,
                    std::span<const std::byte> payload) {
    const std::size_t size = message_frame_size(topic.size(), payload.size());
    const std::size_t start = frames.size();
    frames.resize(start + bundle_entry_head + padded(size));
    const auto length = static_cast<std::uint32_t>(size);
    std::memcpy(frames.data() + start, &length, sizeof(length));
    encode_message(
        std::span(frames).subspan(start + bundle_entry_head, size), topic, header, payload);
}

}  // namespace

std::uint64_t Outbox::add(std::uint32_t topic,
                          OutTopic& out,
                          const PublicationOrigin& origin,
                          const std::byte* data,
                          std::uint32_t count,
                          std::size_t bytes) {
    if (out.encoding == DROVER_ENCODING_JSON) {
        begin(topic, out, origin);
        append(data, 1, bytes);
        return sequence_;
    }
    std::uint32_t added = 0;
    while (added < count) {
        if (!can_join(topic, out, origin)) {
            begin(topic, out, origin);
        }
        const std::uint32_t part = std::min(count - added, most_records - messages_.back().count);
        append(
            data + std::size_t{added} * out.record_size, part, std::size_t{part} * out.record_size);
        added += part;
    }
    return sequence_;
}

bool Outbox::can_join(std::uint32_t topic,
                      const OutTopic& out,
                      const PublicationOrigin& origin) const {
    if (messages_.empty() || out.encoding != DROVER_ENCODING_RECORDS) {
        return false;
    }
    const Waiting& last = messages_.back();
    return last.topic == topic && last.count < most_records &&
           last.origin.callback == origin.callback && last.origin.event_time == origin.event_time;
}

std::uint32_t Outbox::messages_for(std::uint32_t topic,
                                   const OutTopic& out,
                                   const PublicationOrigin& origin,
                                   std::uint32_t count) const {
    if (out.encoding == DROVER_ENCODING_JSON) {
        return 1;
    }
    const std::uint32_t room =
        can_join(topic, out, origin) ? most_records - messages_.back().count : 0;
    return count <= room ? 0 : (count - room + most_records - 1) / most_records;
}

void Outbox::begin(std::uint32_t topic, OutTopic& out, const PublicationOrigin& origin) {
    // Filled where it stays: a copy would wait for what was just stored.
    Waiting& message = messages_.emplace_back();
    message.topic = topic;
    message.sequence = ++sequence_;
    message.topic_sequence = ++out.topic_sequence;
    message.origin = origin;
    message.start = payloads_.size();
    message.is_durable = out.durable;
    if (out.durable) {
        ++durable_;  // Only by the agent thread, which reads it without the lock.
    }
}

void Outbox::append(const std::byte* data, std::uint32_t count, std::size_t bytes) {
    Waiting& message = messages_.back();
    payloads_.resize(message.start + message.size);
    payloads_.insert(payloads_.end(), data, data + bytes);
    message.count += count;
    message.size += bytes;
    payloads_.resize((payloads_.size() + alignment - 1) / alignment * alignment);
}

PublishedMessage Outbox::published(const Waiting& message,
                                   const std::vector<OutTopic>& topics) const {
    const OutTopic& out = topics[message.topic];
    PublishedMessage published;
    published.topic = out.name;
    published.topic_number = message.topic;
    published.type = out.type;
    published.encoding = out.encoding;
    published.id = {publisher_, incarnation_, message.sequence};
    published.cause = message.origin.cause;
    published.topic_sequence = message.topic_sequence;
    published.event_time = message.origin.event_time;
    published.publish_time = message.origin.publish_time;
    published.delivery = message.delivery;
    published.count = message.count;
    published.record_size = out.encoding == DROVER_ENCODING_JSON
                                ? static_cast<std::uint32_t>(message.size)
                                : out.record_size;
    published.payload = {payloads_.data() + message.start, message.size};
    return published;
}

std::uint64_t Outbox::number_durable(const std::vector<OutTopic>& topics,
                                     std::uint64_t sequence,
                                     std::vector<std::byte>& frames) {
    for (Waiting& message : messages_) {
        if (!message.is_durable) {
            continue;
        }
        message.delivery = ++sequence;
        const PublishedMessage whole = published(message, topics);
        append_bundled(frames, whole.topic, header_of(whole), whole.payload);
    }
    return sequence;
}

void Outbox::send(Transport& transport,
                  const std::vector<OutTopic>& topics,
                  std::size_t first,
                  std::size_t end) const {
    for (std::size_t place = first; place < end; ++place) {
        transport.send(published(messages_[place], topics));
    }
}

void Outbox::discard() {
    messages_.clear();
    durable_ = 0;
    payloads_.clear();
}

}  // namespace drover
