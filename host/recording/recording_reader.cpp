#include "recording/recording_reader.hpp"

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/regular_file.hpp"
#include "recording/checksum.hpp"

namespace drover {

Result<RecordingReader> RecordingReader::open(const std::filesystem::path& file) {
    auto descriptor = open_regular_file(file);
    if (!descriptor) {
        return Error{
            descriptor.error().kind,
            "The recording " + file.string() + " cannot be used: " + descriptor.error().message};
    }
    std::FILE* const opened = ::fdopen(descriptor.value().release(), "rb");
    if (opened == nullptr) {
        return Error{
            ErrorKind::unavailable,
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
    auto head = read_block_at(position_);
    if (!head && is_followed_by_a_block()) {
        // Once more: who still writes may have ended it meanwhile.
        head = read_block_at(position_);
        is_damaged_ = !head;
    }
    if (head) {
        position_ += sizeof *head + head->size;
        return head;
    }
    body_.clear();
    std::fseek(file_.get(), 0, SEEK_END);
    const long size = std::ftell(file_.get());
    torn_bytes_ = size > 0 ? static_cast<std::uint64_t>(size) - position_ : 0;
    return std::nullopt;
}

std::optional<RecordingBlockHead> RecordingReader::read_block_at(std::uint64_t position) {
    RecordingBlockHead head;
    std::fseek(file_.get(), static_cast<long>(position), SEEK_SET);
    if (std::fread(&head, 1, sizeof head, file_.get()) != sizeof head ||
        head.mark != RecordingBlockHead::right_mark || head.size > largest_block) {
        return std::nullopt;
    }
    body_.resize(head.size);
    const std::uint32_t checksum = std::exchange(head.checksum, 0);
    if (std::fread(body_.data(), 1, body_.size(), file_.get()) != body_.size() ||
        checksum != crc32c(body_, crc32c(std::as_bytes(std::span(&head, 1))))) {
        return std::nullopt;
    }
    return head;
}

bool RecordingReader::is_followed_by_a_block() {
    const std::uint32_t mark = RecordingBlockHead::right_mark;
    const std::string_view wanted(reinterpret_cast<const char*>(&mark), sizeof mark);
    std::vector<char> piece(std::size_t{1} << 16U);
    for (std::uint64_t at = position_ + 1;;) {
        std::fseek(file_.get(), static_cast<long>(at), SEEK_SET);
        const std::size_t got = std::fread(piece.data(), 1, piece.size(), file_.get());
        if (got < sizeof(RecordingBlockHead)) {
            return false;
        }
        const std::string_view text(piece.data(), got);
        for (auto found = text.find(wanted); found != std::string_view::npos;
             found = text.find(wanted, found + 1)) {
            if (read_block_at(at + found)) {
                return true;
            }
        }
        at += got - (wanted.size() - 1);
    }
}

Result<void> RecordingReader::must_be_undamaged(const std::filesystem::path& file) const {
    if (!is_damaged_) {
        return success();
    }
    return Error{ErrorKind::invalid,
                 "The recording " + file.string() + " is damaged at byte " +
                     std::to_string(position_) +
                     ": what is there cannot be read, and more of it follows. Use a copy of it."};
}

}  // namespace drover
