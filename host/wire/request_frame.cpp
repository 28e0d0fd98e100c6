#include "wire/request_frame.hpp"

#include <algorithm>
#include <cstring>

#include "wire/message_frame.hpp"

namespace drover {
namespace {

std::string_view text_at(std::span<const std::byte> bytes, std::size_t at, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes.data()) + at, size};
}

/// Copies the fixed part; nothing when the frame is of another kind or too short.
template <typename Head>
std::optional<Head> head_of(const ControlFrame& frame, ControlKind kind) {
    if (frame.kind != kind || frame.body.size() < sizeof(Head)) {
        return std::nullopt;
    }
    Head head;
    std::memcpy(&head, frame.body.data(), sizeof(head));
    return head;
}

/// Control head, fixed head, texts padded to 8, body.
template <typename Head>
std::vector<std::byte> encode(ControlKind kind,
                              const Head& head,
                              std::string_view first,
                              std::string_view second,
                              std::span<const std::byte> body) {
    const std::size_t texts = padded(first.size() + second.size());
    const std::size_t length = sizeof(Head) + texts + body.size();
    std::vector<std::byte> frame(control_head_size + length);
    encode_control_head(std::span(frame).template first<control_head_size>(), kind, length);
    std::byte* at = frame.data() + control_head_size;
    const auto put = [&at](const void* from, std::size_t size) {
        if (size > 0) {
            std::memcpy(at, from, size);
        }
        at += size;
    };
    put(&head, sizeof(head));
    put(first.data(), first.size());
    put(second.data(), second.size());
    at += texts - first.size() - second.size();
    put(body.data(), body.size());
    return frame;
}

template <typename Value>
void write_at(std::span<std::byte> frame, std::size_t offset, Value value) {
    std::memcpy(frame.data() + control_head_size + offset, &value, sizeof(value));
}

}  // namespace

std::optional<RequestFrame> RequestFrame::decode(const ControlFrame& frame) {
    const auto head = head_of<RequestHead>(frame, ControlKind::request);
    if (!head || head->number == 0 || head->topic_size == 0 ||
        head->topic_size > longest_topic_on_wire || head->target_size > longest_target_on_wire) {
        return std::nullopt;
    }
    const std::size_t texts = padded(std::size_t{head->target_size} + head->topic_size);
    const std::size_t start = sizeof(RequestHead) + texts;
    if (frame.body.size() < start || frame.body.size() - start > largest_request_body) {
        return std::nullopt;
    }
    return RequestFrame{
        *head,
        text_at(frame.body, sizeof(RequestHead), head->target_size),
        text_at(frame.body, sizeof(RequestHead) + head->target_size, head->topic_size),
        frame.body.subspan(start)};
}

std::optional<ReplyFrame> ReplyFrame::decode(const ControlFrame& frame) {
    const auto head = head_of<ReplyHead>(frame, ControlKind::reply);
    if (!head || head->number == 0 || head->error_size > longest_reply_error ||
        (head->status >= 0 && head->error_size != 0)) {
        return std::nullopt;
    }
    const std::size_t start = sizeof(ReplyHead) + padded(head->error_size);
    if (frame.body.size() < start || frame.body.size() - start > largest_request_body) {
        return std::nullopt;
    }
    return ReplyFrame{
        *head, text_at(frame.body, sizeof(ReplyHead), head->error_size), frame.body.subspan(start)};
}

std::vector<std::byte> encode_request(RequestHead head,
                                      std::string_view target,
                                      std::string_view topic,
                                      std::span<const std::byte> body) {
    head.target_size = static_cast<std::uint16_t>(target.size());
    head.topic_size = static_cast<std::uint16_t>(topic.size());
    return encode(ControlKind::request, head, target, topic, body);
}

std::vector<std::byte> encode_reply(ReplyHead head,
                                    std::string_view error,
                                    std::span<const std::byte> body) {
    error = head.status < 0 ? error.substr(0, longest_reply_error) : std::string_view{};
    head.error_size = static_cast<std::uint32_t>(error.size());
    return encode(ControlKind::reply, head, error, {}, body);
}

void stamp_request(std::span<std::byte> frame, std::int64_t time, std::uint16_t port) {
    write_at(frame, offsetof(RequestHead, time), time);
    write_at(frame, offsetof(RequestHead, port), port);
}

void stamp_reply(std::span<std::byte> frame, std::int64_t time) {
    write_at(frame, offsetof(ReplyHead, time), time);
}

}  // namespace drover
