#include "simulation/event_log.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <sodium/crypto_hash_sha256.h>
#include <sodium/utils.h>
#include <xxhash.h>

namespace drover {
namespace {

constexpr std::size_t block_size = std::size_t{64} << 10U;

}  // namespace

struct EventLog::Digest {
    crypto_hash_sha256_state state;
};

EventLog::EventLog() : block_(block_size), digest_(std::make_unique<Digest>()) {
    crypto_hash_sha256_init(&digest_->state);
}

EventLog::~EventLog() = default;

void EventLog::add(const PublishedMessage& message,
                   std::uint64_t layout_hash,
                   std::string_view publisher,
                   std::string_view cause_publisher) {
    ++events_;
    append_number(layout_hash);
    append_text(publisher);
    append_text(message.topic);
    append_number(message.id.sequence);
    append_number(message.topic_sequence);
    append_number(static_cast<std::uint64_t>(message.event_time));
    append_text(cause_publisher);
    append_number(message.cause.sequence);
    append_number(message.count);
    append_number(message.payload.size());
    append(message.payload.data(), message.payload.size());
}

void EventLog::append_text(std::string_view text) {
    append_number(text.size());
    append(text.data(), text.size());
}

void EventLog::append(const void* data, std::size_t size) {
    const auto* from = static_cast<const std::byte*>(data);
    while (size > 0) {
        const std::size_t part = std::min(size, block_size - used_);
        std::memcpy(block_.data() + used_, from, part);
        used_ += part;
        from += part;
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
