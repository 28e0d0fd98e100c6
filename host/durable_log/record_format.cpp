#include "durable_log/record_format.hpp"

#include <cstring>
#include <limits>

#include <xxhash.h>

namespace drover {
namespace {

/// No log lives to see it; behind it positions could begin anew at 0.
constexpr std::uint64_t highest_first_position = std::numeric_limits<std::uint64_t>::max() / 2;
constexpr std::size_t behind_checksum = sizeof(RecordHead::checksum);

Error no_segment(const std::string& file, const std::string& what) {
    return {ErrorKind::invalid,
            "The durable log is damaged: '" + file + "' " + what +
                ". Restore its folder from a copy, or begin anew with `drover up --fresh`."};
}

std::uint64_t checksum_of(std::span<const std::byte> bytes) {
    return XXH3_64bits(bytes.data(), bytes.size());
}

/// Of a whole record; its body has `length` bytes.
std::uint64_t record_checksum(std::span<const std::byte> record, std::size_t length) {
    return checksum_of(
        record.subspan(behind_checksum, sizeof(RecordHead) - behind_checksum + length));
}

}  // namespace

void append_record(std::vector<std::byte>& bytes,
                   RecordHead head,
                   std::span<const std::byte> body) {
    head.length = static_cast<std::uint32_t>(body.size());
    const std::size_t at = bytes.size();
    bytes.resize(at + record_size(body.size()));
    std::memcpy(bytes.data() + at, &head, sizeof(head));
    if (!body.empty()) {
        std::memcpy(bytes.data() + at + sizeof(head), body.data(), body.size());
    }
}

void seal(std::span<std::byte> bytes, std::uint64_t batch) {
    while (!bytes.empty()) {
        RecordHead head;
        std::memcpy(&head, bytes.data(), sizeof(head));
        std::memcpy(bytes.data() + offsetof(RecordHead, batch), &batch, sizeof(batch));
        const std::uint64_t checksum = record_checksum(bytes, head.length);
        std::memcpy(bytes.data(), &checksum, sizeof(checksum));
        bytes = bytes.subspan(record_size(head.length));
    }
}

std::optional<std::size_t> body_length(std::span<const std::byte> bytes) {
    if (bytes.size() < sizeof(RecordHead)) {
        return std::nullopt;
    }
    RecordHead head;
    std::memcpy(&head, bytes.data(), sizeof(head));
    if (head.magic != RecordHead::right_magic || head.length > largest_record_body) {
        return std::nullopt;
    }
    return head.length;
}

std::optional<LogRecord> read_record(std::span<const std::byte> bytes) {
    const auto length = body_length(bytes);
    if (!length || bytes.size() < record_size(*length)) {
        return std::nullopt;
    }
    LogRecord record;
    std::memcpy(&record.head, bytes.data(), sizeof(record.head));
    if (record.head.checksum != record_checksum(bytes, *length)) {
        return std::nullopt;
    }
    record.body = bytes.subspan(sizeof(RecordHead), *length);
    return record;
}

std::vector<std::byte> encode_header(SegmentHeader header) {
    std::vector<std::byte> bytes(sizeof(header));
    std::memcpy(bytes.data(), &header, sizeof(header));
    header.checksum = checksum_of(std::span(bytes).first(offsetof(SegmentHeader, checksum)));
    std::memcpy(bytes.data(), &header, sizeof(header));
    return bytes;
}

Result<SegmentHeader> decode_header(std::span<const std::byte> bytes, const std::string& file) {
    SegmentHeader header;
    if (bytes.size() < sizeof(header)) {
        return no_segment(file, "is too short to be one of its files");
    }
    std::memcpy(&header, bytes.data(), sizeof(header));
    if (header.magic != SegmentHeader::right_magic) {
        return no_segment(file, "is no part of a durable log");
    }
    if (header.schema != log_schema) {
        return Error{ErrorKind::invalid,
                     "'" + file + "' was written by another version of drover (schema " +
                         std::to_string(header.schema) + ", this one reads " +
                         std::to_string(log_schema) + ")."};
    }
    if (header.size != sizeof(header) || header.first_position == 0 ||
        header.first_position > highest_first_position ||
        header.checksum != checksum_of(bytes.first(offsetof(SegmentHeader, checksum)))) {
        return no_segment(file, "has a header that is damaged");
    }
    return header;
}

}  // namespace drover
