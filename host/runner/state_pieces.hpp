/// The state of an agent in its file, in pieces: a save writes those that differ from the last one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "runner/sqlite_file.hpp"

namespace drover {

struct SavedState {
    std::uint32_t version = 0;  ///< state_version of the plugin that saved it.
    std::string bytes;
};

/// An agent that remembers much and changes little costs little. One thread; a transaction of the
/// file is open around `write`.
class StatePieces {
public:
    /// Bytes of a piece: a few of them make a page of the file.
    static constexpr std::size_t piece_size = 1000;

    /// Reads what was saved last.
    [[nodiscard]] static Result<StatePieces> open(const SqliteFile& file);

    /// What was committed last, in this life or an earlier one.
    [[nodiscard]] const std::optional<SavedState>& last() const { return last_; }
    /// Whether a state is the same as the last one: it is there already.
    [[nodiscard]] bool is_last(std::uint32_t version, std::string_view bytes) const {
        return last_ && last_->version == version && last_->bytes == bytes;
    }
    /// Writes the pieces that have changed.
    [[nodiscard]] Result<void> write(std::uint32_t version, std::string_view bytes) const;
    /// The transaction of a `write` was committed.
    void committed(std::uint32_t version, std::string_view bytes) {
        last_ = SavedState{version, std::string(bytes)};
    }

private:
    [[nodiscard]] Result<void> read_last(const SqliteFile& file);

    SqliteFile::Statement put_piece_;
    SqliteFile::Statement cut_pieces_;
    SqliteFile::Statement put_version_;
    std::optional<SavedState> last_;
};

}  // namespace drover
