#include "runner/durable_place.hpp"

#include <cstring>
#include <string>
#include <string_view>

namespace drover {

Result<DurablePlaceTable> DurablePlaceTable::open(const SqliteFile& file) {
    DurablePlaceTable table;
    table.put_cursor_ = file.prepare_later("INSERT OR REPLACE INTO cursor VALUES (1, ?1, ?2)");
    table.put_rest_ =
        file.prepare_later("INSERT OR REPLACE INTO durable VALUES (1, ?1, ?2, ?3, ?4)");
    if (auto read = table.read_last(file); !read) {
        return read.error();
    }
    return table;
}

Result<void> DurablePlaceTable::read_last(const SqliteFile& file) {
    const auto cursor = file.prepare("SELECT log, position FROM cursor");
    const auto rest = file.prepare("SELECT sequence, random, time, settled FROM durable");
    if (!cursor || !rest) {
        return cursor ? rest.error() : cursor.error();
    }
    const auto has_cursor = cursor.value().step();
    const auto has_rest = rest.value().step();
    if (!has_cursor || !has_rest) {
        return has_cursor ? has_rest.error() : has_cursor.error();
    }
    const auto damaged = [&file](std::string_view what) {
        return Error{ErrorKind::invalid,
                     "The state file '" + file.path().string() + "' is damaged: its " +
                         std::string(what) + " cannot be read. Restore a copy of it."};
    };
    if (has_cursor.value()) {
        const auto log = log_id_from_text(cursor.value().bytes(0));
        if (!log) {
            return damaged("log id");
        }
        last_.log = *log;
        last_.cursor = static_cast<std::uint64_t>(cursor.value().integer(1));
    }
    if (has_rest.value()) {
        const std::string_view random = rest.value().bytes(1);
        if (random.size() != sizeof(last_.random)) {
            return damaged("random numbers");
        }
        std::memcpy(last_.random.data(), random.data(), random.size());
        last_.sequence = static_cast<std::uint64_t>(rest.value().integer(0));
        last_.time = rest.value().integer(2);
        last_.settled = rest.value().integer(3);
    }
    return success();
}

Result<void> DurablePlaceTable::write(const DurablePlace& place) const {
    if (place.log != last_.log || place.cursor != last_.cursor) {
        const std::string log = to_text(place.log);
        put_cursor_.bind_text(1, log);
        put_cursor_.bind(2, static_cast<std::int64_t>(place.cursor));
        if (auto done = put_cursor_.run(); !done) {
            return done;
        }
    }
    if (place.sequence == last_.sequence && place.random == last_.random &&
        place.time == last_.time && place.settled == last_.settled) {
        return success();
    }
    put_rest_.bind(1, static_cast<std::int64_t>(place.sequence));
    put_rest_.bind_bytes(
        2, {reinterpret_cast<const char*>(place.random.data()), sizeof(place.random)});
    put_rest_.bind(3, place.time);
    put_rest_.bind(4, place.settled);
    return put_rest_.run();
}

}  // namespace drover
