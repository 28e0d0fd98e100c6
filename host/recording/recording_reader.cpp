#include "recording/recording_reader.hpp"

#include <cerrno>
#include <cstring>

#include "recording/checksum.hpp"

namespace drover {

Result<RecordingReader> RecordingReader::open(const std::filesystem::path& file) {
    std::FILE* const opened = std::fopen(file.c_str(), "rbe");
    if (opened == nullptr) {
        return Error{
            errno == ENOENT ? ErrorKind::not_found : ErrorKind::invalid,
            "The recording " + file.string() + " cannot be opened: " + std::strerror(errno) + "."};
    }
    RecordingReader reader(opened);
    RecordingFileHead head;
    const std::size_t got = std::fread(&head, 1, sizeof head, opened);
    if (got != sizeof head || head.magic != RecordingFileHead::right_magic) {
        return Error{ErrorKind::invalid,
                     file.string() + " is no recording; `drover record -O FILE` makes one."};
    }
    if (head.version > RecordingFileHead::newest_version) {
        return Error{ErrorKind::invalid,
                     file.string() + " has version " + std::to_string(head.version) +
                         " of the format, and this drover reads up to version " +
                         std::to_string(RecordingFileHead::newest_version) +
                         "; use the drover that made it, or a newer one."};
    }
    reader.begun_ = head.begun;
    reader.version_ = head.version;
    return reader;
}

Result<void> RecordingReader::must_hold_all(const std::filesystem::path& file) const {
    if (version_ >= RecordingFileHead::newest_version) {
        return success();
    }
    return Error{ErrorKind::invalid,
                 file.string() + " has version " + std::to_string(version_) +
                     " of the format, which does not hold all that a replay takes (stores, random "
                     "numbers, quotas, rules that change); `drover why` reads it, a replay needs a "
                     "new recording."};
}

std::optional<RecordingBlock> RecordingReader::next() {
    while (const auto head = read_block()) {
        const auto kind = static_cast<BlockKind>(head->kind);
        if (kind == BlockKind::names || kind == BlockKind::entries) {
            return RecordingBlock{kind, head->stream, body_};
        }
        if (kind == BlockKind::end) {
            is_finished_ = true;
            return RecordingBlock{kind, 0, body_};
        }
    }
    return std::nullopt;
}

std::optional<RecordingBlockHead> RecordingReader::read_block() {
    RecordingBlockHead head;
    body_.clear();
    bool is_whole = std::fread(&head, 1, sizeof head, file_.get()) == sizeof head &&
                    head.mark == RecordingBlockHead::right_mark && head.size <= largest_block;
    if (is_whole) {
        body_.resize(head.size);
        const std::uint32_t checksum = std::exchange(head.checksum, 0);
        is_whole = std::fread(body_.data(), 1, body_.size(), file_.get()) == body_.size() &&
                   checksum == crc32c(body_, crc32c(std::as_bytes(std::span(&head, 1))));
    }
    if (is_whole) {
        position_ += sizeof head + head.size;
        return head;
    }
    std::fseek(file_.get(), 0, SEEK_END);
    const long size = std::ftell(file_.get());
    torn_bytes_ = size > 0 ? static_cast<std::uint64_t>(size) - position_ : 0;
    return std::nullopt;
}

}  // namespace drover
