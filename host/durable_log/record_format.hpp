/// The bytes of a segment file of the durable log: a header, then records one behind the other.
/// Layout: docs/delivery.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "base/limits.hpp"
#include "base/log_id.hpp"
#include "base/result.hpp"

namespace drover {

/// The layout that this program writes and reads.
inline constexpr std::uint32_t log_schema = 1;

/// The first bytes of a segment file; they lie there exactly like this.
struct SegmentHeader {
    static constexpr std::uint64_t right_magic = 0x31474F4C'52565244ULL;  // "DRVRLOG1"

    std::uint64_t magic = right_magic;
    std::uint32_t schema = log_schema;
    std::uint32_t size = 64;  ///< Of this header.
    LogId log{};
    std::uint64_t first_position = 0;  ///< Of the first message or void in this file.
    std::uint64_t file_size = 0;       ///< As preallocated.
    /// Of the segment before this one; 0: it is the first of its log, or was written before this
    /// was noted.
    std::uint64_t former_position = 0;
    std::uint64_t checksum = 0;  ///< XXH3 of what is before.
};
static_assert(sizeof(SegmentHeader) == 64 && std::is_trivially_copyable_v<SegmentHeader>);

// These numbers stand in files: never change one.
enum class RecordKind : std::uint16_t {
    message = 1,
    /// A publication that was refused: keeps its durable sequence, so that sending it again does
    /// not make it a message.
    refusal = 2,
    /// Cursors and sequences; takes no position.
    checkpoint = 3
};

/// What stands before the body of a record, which is padded with zero to a multiple of 8.
struct RecordHead {
    static constexpr std::uint32_t right_magic = 0x31434552U;  // "REC1"
    static constexpr std::uint16_t gated_flag = 1;

    std::uint64_t checksum = 0;  ///< XXH3 of what follows, body included, padding left out.
    std::uint32_t magic = right_magic;
    std::uint32_t length = 0;  ///< Of the body, in bytes.
    std::uint16_t kind = 0;    ///< A RecordKind; a number here because it comes from a file.
    std::uint16_t flags = 0;
    std::uint32_t publisher = 0;
    /// From 1, without gaps; of a checkpoint that of the record before.
    std::uint64_t position = 0;
    /// Which sync forces it to disk; a batch begins only when the one before is there.
    std::uint64_t batch = 0;
    std::uint64_t sequence = 0;  ///< The publisher's durable sequence.
    std::uint32_t incarnation = 0;
    std::uint32_t gate_revision = 0;  ///< Of a gated message: what the kill switch said.

    [[nodiscard]] bool is(RecordKind wanted) const {
        return kind == static_cast<std::uint16_t>(wanted);
    }
    [[nodiscard]] bool is_gated() const { return (flags & gated_flag) != 0; }
};
static_assert(sizeof(RecordHead) == 56 && std::is_trivially_copyable_v<RecordHead>);

/// A checkpoint may name all agents of a large fleet.
inline constexpr std::size_t largest_record_body = std::size_t{16} << 20U;
static_assert(largest_record_body >= largest_frame);

/// Bytes of a whole record.
[[nodiscard]] constexpr std::size_t record_size(std::size_t body) {
    return sizeof(RecordHead) + (body + 7) / 8 * 8;
}

/// A record that was found sound. The body points into the bytes that were read.
struct LogRecord {
    RecordHead head;
    std::span<const std::byte> body;
};

/// Appends a record to `bytes`. Its checksum and batch are written by `seal`.
void append_record(std::vector<std::byte>& bytes, RecordHead head, std::span<const std::byte> body);

/// Writes batch and checksum into every record of `bytes`, which are whole records.
void seal(std::span<std::byte> bytes, std::uint64_t batch);

/// The record at the start of `bytes`; nothing when there is none or it is not sound.
[[nodiscard]] std::optional<LogRecord> read_record(std::span<const std::byte> bytes);

/// The length of the body of the record that begins with these bytes, unchecked; nothing when none
/// begins here.
[[nodiscard]] std::optional<std::size_t> body_length(std::span<const std::byte> bytes);

[[nodiscard]] std::vector<std::byte> encode_header(SegmentHeader header);
/// Fails with `invalid` and a sentence about `file`.
[[nodiscard]] Result<SegmentHeader> decode_header(std::span<const std::byte> bytes,
                                                  const std::string& file);

}  // namespace drover
