#include "runner/outbox_table.hpp"

#include <string_view>

namespace drover {

OutboxTable::OutboxTable(const SqliteFile& file)
    : put_(file.prepare_later("INSERT OR REPLACE INTO outbox VALUES (?1, ?2, ?3)")),
      drop_(file.prepare_later("DELETE FROM outbox WHERE first <= ?1 AND last <= ?1")),
      read_(file.prepare_later("SELECT first, last, frames FROM outbox ORDER BY 1")) {}

Result<void> OutboxTable::put(const OutboxRow& row) const {
    put_.bind(1, static_cast<std::int64_t>(row.first));
    put_.bind(2, static_cast<std::int64_t>(row.last));
    put_.bind_bytes(3, {reinterpret_cast<const char*>(row.frames.data()), row.frames.size()});
    return put_.run();
}

Result<void> OutboxTable::drop_logged(std::uint64_t sequence) const {
    drop_.bind(1, static_cast<std::int64_t>(sequence));
    return drop_.run();
}

Result<void> OutboxTable::for_each(const std::function<void(const OutboxRow&)>& see) const {
    for (;;) {
        const auto row = read_.step();
        if (!row) {
            return row.error();
        }
        if (!row.value()) {
            return success();
        }
        const std::string_view frames = read_.bytes(2);
        see({static_cast<std::uint64_t>(read_.integer(0)),
             static_cast<std::uint64_t>(read_.integer(1)),
             {reinterpret_cast<const std::byte*>(frames.data()), frames.size()}});
    }
}

}  // namespace drover
