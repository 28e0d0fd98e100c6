/// The fingerprint of a simulation: every publication once, in order of publication.
#pragma once

#include <cstddef>
#include <cstdint>
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

    /// Adds one publication. Names are those of the agents; `cause_publisher` is empty without one.
    void add(const PublishedMessage& message,
             std::uint64_t layout_hash,
             std::string_view publisher,
             std::string_view cause_publisher);

    /// Messages added so far.
    [[nodiscard]] std::uint64_t events() const { return events_; }

    /// The fingerprint, 64 hexadecimal digits. Nothing may be added afterwards.
    [[nodiscard]] std::string finish();

private:
    struct Digest;
    void append(const void* data, std::size_t size);
    void append_number(std::uint64_t number) { append(&number, sizeof(number)); }
    void append_text(std::string_view text);
    void close_block();

    std::vector<std::byte> block_;
    std::size_t used_ = 0;
    std::uint64_t events_ = 0;
    std::unique_ptr<Digest> digest_;
};

}  // namespace drover
