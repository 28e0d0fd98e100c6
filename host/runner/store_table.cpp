#include "runner/store_table.hpp"

namespace drover {

StoreTable::StoreTable(const SqliteFile& file)
    : get_(file.prepare_later("SELECT value FROM store WHERE key = ?1")),
      put_(file.prepare_later("INSERT OR REPLACE INTO store VALUES (?1, ?2)")),
      erase_(file.prepare_later("DELETE FROM store WHERE key = ?1")) {}

Result<std::optional<std::string>> StoreTable::get(std::string_view key) const {
    get_.bind_bytes(1, key);
    const auto row = get_.step();
    if (!row) {
        return row.error();
    }
    std::optional<std::string> value;
    if (row.value()) {
        value = std::string(get_.bytes(0));
        get_.reset();
    }
    return value;
}

Result<void> StoreTable::write(const StoreChanges& changes) const {
    for (const auto& [key, value] : changes) {
        const SqliteFile::Statement& statement = value ? put_ : erase_;
        statement.bind_bytes(1, key);
        if (value) {
            statement.bind_bytes(2, *value);
        }
        if (auto done = statement.run(); !done) {
            return done;
        }
    }
    return success();
}

}  // namespace drover
