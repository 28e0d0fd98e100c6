#include "recording/recorded_message.hpp"

namespace drover {

void RecordedMessage::write(EntryWriter& writer) const {
    RecordedHeader written = header;
    written.topic_size = static_cast<std::uint16_t>(topic.size());
    writer.put(written);
    writer.raw(topic.data(), topic.size());
    writer.raw(payload.data(), payload.size());
}

std::optional<RecordedMessage> RecordedMessage::decode(std::span<const std::byte> body) {
    BodyReader reader(body);
    RecordedMessage message;
    message.header = reader.get<RecordedHeader>();
    message.topic = reader.text(message.header.topic_size);
    message.payload = reader.rest();
    const RecordedHeader& header = message.header;
    const bool fits =
        std::uint64_t{header.count} * header.record_size == std::uint64_t{message.payload.size()};
    return reader.is_sound() && fits ? std::optional(message) : std::nullopt;
}

}  // namespace drover
