#include "recording/recorded_outputs.hpp"

namespace drover {

void RecordedQuestion::write(EntryWriter& writer) const {
    writer.put(number);
    writer.put(type);
    writer.put(reply_type);
    writer.put(deadline);
    writer.text(topic);
    writer.text(target);
    writer.text(body);
}

std::optional<RecordedQuestion> RecordedQuestion::decode(std::span<const std::byte> bytes) {
    BodyReader reader(bytes);
    RecordedQuestion question;
    question.number = reader.get<std::uint64_t>();
    question.type = reader.get<std::uint32_t>();
    question.reply_type = reader.get<std::uint32_t>();
    question.deadline = reader.get<std::int64_t>();
    question.topic = reader.text();
    question.target = reader.text();
    question.body = reader.text();
    return reader.is_through() ? std::optional(question) : std::nullopt;
}

void RecordedAnswer::write(EntryWriter& writer) const {
    writer.put(client);
    writer.put(client_incarnation);
    writer.put(number);
    writer.put(status);
    writer.text(error);
    writer.text(body);
}

std::optional<RecordedAnswer> RecordedAnswer::decode(std::span<const std::byte> bytes) {
    BodyReader reader(bytes);
    RecordedAnswer answer;
    answer.client = reader.get<std::uint32_t>();
    answer.client_incarnation = reader.get<std::uint32_t>();
    answer.number = reader.get<std::uint64_t>();
    answer.status = reader.get<std::int32_t>();
    answer.error = reader.text();
    answer.body = reader.text();
    return reader.is_through() ? std::optional(answer) : std::nullopt;
}

void RecordedAdvance::write(EntryWriter& writer) const {
    writer.put(time);
    writer.put(delay);
    writer.put(token);
}

std::optional<RecordedAdvance> RecordedAdvance::decode(std::span<const std::byte> body) {
    BodyReader reader(body);
    RecordedAdvance advance;
    advance.time = reader.get<std::int64_t>();
    advance.delay = reader.get<std::int64_t>();
    advance.token = reader.get<std::uint64_t>();
    return reader.is_through() ? std::optional(advance) : std::nullopt;
}

}  // namespace drover
