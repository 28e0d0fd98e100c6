/// The fingerprint of a simulation: every publication once, in order of publication.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runner/transport.hpp"

namespace drover {

/// Hashes canonical publications: XXH3-128 over blocks of 64 KiB, SHA-256 over the block digests
/// (a SHA-256 of every byte alone would cap a simulation's speed). What counts: the layout hash of
/// the type, the names of the publisher and of the cause's publisher, topic, sequences, event
/// time, payload. No wall time, handle, incarnation or path. One thread.
class EventLog {
public:
    EventLog();
    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;
    ~EventLog();

    /// What is the same for all messages of a publisher on a topic, as `add` takes it. Names are
    /// those of the agents.
    [[nodiscard]] static std::string origin(std::uint64_t layout_hash,
                                            std::string_view publisher,
                                            std::string_view topic);

    /// Adds one publication. `cause_publisher` is empty where nothing caused it.
    void add(const PublishedMessage& message,
             std::string_view origin,
             std::string_view cause_publisher);

    /// The fingerprint, 64 hexadecimal digits. Nothing may be added afterwards.
    [[nodiscard]] std::string finish();

private:
    struct Digest;
    void append(const void* data, std::size_t size) {
        if (size >= block_size - used_) {
            append_over_border(static_cast<const std::byte*>(data), size);
        } else if (size != 0) {
            std::memcpy(block_.data() + used_, data, size);
            used_ += size;
        }
    }
    void append_over_border(const std::byte* data, std::size_t size);
    void close_block();

    static constexpr std::size_t block_size = std::size_t{64} << 10U;

    std::vector<std::byte> block_;
    std::size_t used_ = 0;
    std::unique_ptr<Digest> digest_;
};

}  // namespace drover
