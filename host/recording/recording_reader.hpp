/// Reads a recording's file, block by block, also while it is being written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "recording/recording_file.hpp"

namespace drover {

/// A block whose checksum was right. The body lives until the next one is read.
struct RecordingBlock {
    BlockKind kind = BlockKind::end;
    std::uint32_t stream = 0;
    std::span<const std::byte> body;

    /// The body as text.
    [[nodiscard]] std::string_view text() const {
        return {reinterpret_cast<const char*>(body.data()), body.size()};
    }
};

/// From the first block to the last whole one. One thread.
class RecordingReader {
public:
    /// Fails with `not_found` when there is no such file, and with `invalid` when it is no
    /// recording or one of a newer drover.
    [[nodiscard]] static Result<RecordingReader> open(const std::filesystem::path& file);

    /// The next block; nothing behind the last whole one. What follows it, if anything, was torn
    /// off, and `torn_bytes` tells how much. Blocks of kinds that this drover does not know are
    /// passed over.
    [[nodiscard]] std::optional<RecordingBlock> next();

    /// Whether the recording was brought to its end: it has its last block.
    [[nodiscard]] bool is_finished() const { return is_finished_; }
    /// Bytes behind the last whole block: of a recorder that was killed, or still writes. Known
    /// once `next` has given nothing.
    [[nodiscard]] std::uint64_t torn_bytes() const { return torn_bytes_; }
    /// Fails with `invalid`, naming `file`, where whole blocks follow one that cannot be read: that
    /// is no torn tail. Known once `next` has given nothing.
    [[nodiscard]] Result<void> must_be_undamaged(const std::filesystem::path& file) const;
    /// When it was begun, wall ns.
    [[nodiscard]] std::int64_t begun() const { return begun_; }
    /// Fails with `invalid`, naming `file`, where the format is too old to hold all that a replay
    /// takes.
    [[nodiscard]] Result<void> must_hold_all(const std::filesystem::path& file) const;

private:
    struct CloseFile {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    explicit RecordingReader(std::FILE* file) : file_(file) {}
    [[nodiscard]] std::optional<RecordingBlockHead> read_block();
    /// Its body is in `body_`.
    [[nodiscard]] std::optional<RecordingBlockHead> read_block_at(std::uint64_t position);
    /// Whether a whole block lies anywhere behind `position_`.
    [[nodiscard]] bool is_followed_by_a_block();

    std::unique_ptr<std::FILE, CloseFile> file_;
    std::vector<std::byte> body_;
    std::uint64_t position_ = sizeof(RecordingFileHead);  ///< Behind the last whole block.
    std::int64_t begun_ = 0;
    std::uint32_t version_ = 0;
    std::uint64_t torn_bytes_ = 0;
    bool is_finished_ = false;
    bool is_damaged_ = false;
};

}  // namespace drover
