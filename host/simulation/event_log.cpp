#include "simulation/event_log.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <sodium/crypto_hash_sha256.h>
#include <sodium/utils.h>
#include <xxhash.h>

namespace drover {
namespace {

void append_number(std::string& bytes, std::uint64_t number) {
    bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

void append_text(std::string& bytes, std::string_view text) {
    append_number(bytes, text.size());
    bytes += text;
}

}  // namespace

struct EventLog::Digest {
    crypto_hash_sha256_state state;
};

EventLog::EventLog() : block_(block_size), digest_(std::make_unique<Digest>()) {
    crypto_hash_sha256_init(&digest_->state);
}

EventLog::~EventLog() = default;

std::string EventLog::origin(std::uint64_t layout_hash,
                             std::string_view publisher,
                             std::string_view topic) {
    std::string bytes;
    append_number(bytes, layout_hash);
    append_text(bytes, publisher);
    append_text(bytes, topic);
    return bytes;
}

void EventLog::add(const PublishedMessage& message,
                   std::string_view origin,
                   std::string_view cause_publisher) {
    append(origin.data(), origin.size());
    const std::array<std::uint64_t, 4> place{message.id.sequence,
                                             message.topic_sequence,
                                             static_cast<std::uint64_t>(message.event_time),
                                             cause_publisher.size()};
    append(place.data(), sizeof(place));
    append(cause_publisher.data(), cause_publisher.size());
    const std::array<std::uint64_t, 3> rest{
        message.cause.sequence, message.count, message.payload.size()};
    append(rest.data(), sizeof(rest));
    append(message.payload.data(), message.payload.size());
}

void EventLog::append_over_border(const std::byte* data, std::size_t size) {
    while (size > 0) {
        const std::size_t part = std::min(size, block_size - used_);
        std::memcpy(block_.data() + used_, data, part);
        used_ += part;
        data += part;
        size -= part;
        if (used_ == block_size) {
            close_block();
        }
    }
}

void EventLog::close_block() {
    const XXH128_hash_t hash = XXH3_128bits(block_.data(), used_);
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, hash);
    crypto_hash_sha256_update(&digest_->state, canonical.digest, sizeof(canonical.digest));
    used_ = 0;
}

std::string EventLog::finish() {
    if (used_ > 0) {
        close_block();
    }
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256_final(&digest_->state, digest.data());
    std::array<char, digest.size() * 2 + 1> text{};
    sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
    return text.data();
}

}  // namespace drover
