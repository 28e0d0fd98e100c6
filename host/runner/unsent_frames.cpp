#include "runner/unsent_frames.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "runner/message_header.hpp"
#include "wire/message_frame.hpp"

namespace drover {

void UnsentFrames::add(const PublishedMessage& message) {
    const std::size_t size = message_frame_size(message.topic.size(), message.payload.size());
    const MessageHeader header = header_of(message);
    const bool is_durable = message.delivery != 0;
    if (bundle_is_durable_ != is_durable || !bundle_.has_room_for(size)) {
        close_bundle();
        bundle_is_durable_ = is_durable;
    }
    if (bundle_.has_room_for(size)) {
        encode_message(bundle_.add(size), message.topic, header, message.payload);
        return;
    }
    Frame frame(size);
    encode_message(frame.writable_bytes(), message.topic, header, message.payload);
    push({std::move(frame), is_durable ? 0U : 1U, is_durable, 0});
}

void UnsentFrames::add(std::span<const std::byte> control) {
    close_bundle();
    frames_.push_back({Frame(control), 0, false});
}

UnsentFrames::Waiting UnsentFrames::taken_from(BundleWriter& bundle, bool is_durable) {
    Waiting waiting{Frame(bundle.frame()), is_durable ? 0 : bundle.count(), is_durable, 0};
    bundle.clear();
    return waiting;
}

void UnsentFrames::close_bundle() {
    if (!bundle_.is_empty()) {
        push(taken_from(bundle_, bundle_is_durable_));
    }
}

void UnsentFrames::push(Waiting waiting) {
    waiting.bytes = waiting.messages > 0 ? waiting.frame.size() : 0;
    messages_ += waiting.messages;
    bytes_ += waiting.bytes;
    frames_.push_back(std::move(waiting));
}

void UnsentFrames::discount(const Waiting& waiting) {
    messages_ -= waiting.messages;
    bytes_ -= waiting.bytes;
}

void UnsentFrames::pop_front() {
    discount(frames_.front());
    frames_.pop_front();
}

std::size_t UnsentFrames::drop_excess() {
    std::size_t dropped = 0;
    for (auto frame = frames_.begin();
         (messages_ > most_messages || bytes_ > most_bytes) && frame != frames_.end();) {
        if (frame->messages == 0) {
            ++frame;
            continue;
        }
        dropped += frame->messages;
        discount(*frame);
        frame = frames_.erase(frame);
    }
    return dropped;
}

std::size_t UnsentFrames::discard_all() {
    close_bundle();
    frames_.clear();
    bytes_ = 0;
    return std::exchange(messages_, 0);
}

void UnsentFrames::discard_durable() {
    close_bundle();
    std::erase_if(frames_, [](const Waiting& waiting) { return waiting.is_durable; });
}

void UnsentFrames::resend(std::span<const std::byte> frame) {
    if (!resent_bundle_.has_room_for(frame.size()) && !resent_bundle_.is_empty()) {
        resent_.push_back(taken_from(resent_bundle_, true));
    }
    if (resent_bundle_.has_room_for(frame.size())) {
        std::memcpy(resent_bundle_.add(frame.size()).data(), frame.data(), frame.size());
    } else {
        resent_.push_back({Frame(frame), 0, true, 0});
    }
}

void UnsentFrames::put_first() {
    if (!resent_bundle_.is_empty()) {
        resent_.push_back(taken_from(resent_bundle_, true));
    }
    frames_.insert(frames_.begin(),
                   std::make_move_iterator(resent_.begin()),
                   std::make_move_iterator(resent_.end()));
    resent_.clear();
}

}  // namespace drover
