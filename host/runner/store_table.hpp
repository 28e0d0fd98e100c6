/// drover.store/1 of an agent: what is in its file, and what its callbacks have changed since the
/// last commit.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "runner/sqlite_file.hpp"

namespace drover {

/// Changes of a store by key; nothing stands for an erased key.
using StoreChanges = std::map<std::string, std::optional<std::string>, std::less<>>;

/// The table in an agent's file. One thread; a transaction of the file is open around `write`.
class StoreTable {
public:
    explicit StoreTable(const SqliteFile& file);

    /// The committed value of a key; nothing where there is none.
    [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const;
    [[nodiscard]] Result<void> write(const StoreChanges& changes) const;

private:
    SqliteFile::Statement get_;
    SqliteFile::Statement put_;
    SqliteFile::Statement erase_;
};

}  // namespace drover
