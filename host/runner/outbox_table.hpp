/// The durable publications of an agent in its file, until the router has them in its log: one blob
/// a batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "runner/sqlite_file.hpp"

namespace drover {

/// Durable messages of one batch, with the sequences `first` to `last`. `frames` is laid out like
/// the body of a BUNDLE: see wire/bundle.hpp.
struct OutboxRow {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::span<const std::byte> frames;
};

/// One thread; a transaction of the file is open around `put` and `drop_logged`.
class OutboxTable {
public:
    explicit OutboxTable(const SqliteFile& file);

    [[nodiscard]] Result<void> put(const OutboxRow& row) const;
    /// Deletes the rows whose last sequence is at most `sequence`.
    [[nodiscard]] Result<void> drop_logged(std::uint64_t sequence) const;
    /// Shows all rows in order; each lives until `see` returns.
    [[nodiscard]] Result<void> for_each(const std::function<void(const OutboxRow&)>& see) const;

private:
    SqliteFile::Statement put_;
    SqliteFile::Statement drop_;
    SqliteFile::Statement read_;
};

}  // namespace drover
