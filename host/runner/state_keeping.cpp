/// The rest of StateStore: a copy of the state, beside it in the file, for an upgrade on trial.
#include <utility>

#include <sqlite3.h>

#include "runner/state_order.hpp"
#include "runner/state_store.hpp"

namespace drover {
namespace {

constexpr const char* kept_mark = "SELECT value FROM about WHERE key = 'kept'";

constexpr const char* drop_copy =
    "DROP TABLE IF EXISTS kept_version;"
    "DROP TABLE IF EXISTS kept_piece;"
    "DELETE FROM about WHERE key = 'kept';";

std::string marking(const std::string& mark) {
    char* sql = sqlite3_mprintf("INSERT INTO about VALUES ('kept', %Q);", mark.c_str());
    std::string text = sql == nullptr ? "" : sql;
    sqlite3_free(sql);
    return text;
}

}  // namespace

Result<void> StateStore::run_whole(const std::string& sql) {
    const auto done = run(("BEGIN IMMEDIATE;" + sql + "COMMIT").c_str());
    if (!done) {
        (void)run("ROLLBACK");
    }
    return done;
}

Result<void> StateStore::keep(const std::string& mark) {
    const auto kept = read_text(kept_mark);
    if (!kept || kept.value() == mark) {
        return kept ? Result<void>(success()) : Result<void>(kept.error());
    }
    return run_whole(drop_copy +
                     std::string("CREATE TABLE kept_version AS SELECT * FROM "
                                 "state_version;"
                                 "CREATE TABLE kept_piece AS SELECT * FROM "
                                 "state_piece;") +
                     marking(mark));
}

Result<void> StateStore::restore(const std::string& mark) {
    const auto kept = read_text(kept_mark);
    if (!kept || kept.value() != mark) {
        return kept ? Result<void>(success()) : Result<void>(kept.error());
    }
    const auto done = run_whole(std::string("DELETE FROM state_version;"
                                            "DELETE FROM state_piece;"
                                            "INSERT INTO state_version SELECT * FROM kept_version;"
                                            "INSERT INTO state_piece SELECT * FROM kept_piece;") +
                                drop_copy);
    if (!done) {
        return done;
    }
    last_.reset();
    return read_last();
}

Result<void> StateStore::forget_kept() {
    const auto kept = read_text(kept_mark);
    if (!kept || kept.value().empty()) {
        return kept ? Result<void>(success()) : Result<void>(kept.error());
    }
    return run_whole(drop_copy);
}

Result<StateStore> open_state(const std::filesystem::path& file,
                              const std::string& agent,
                              const StateOrder& order) {
    auto store = StateStore::open(file, agent);
    if (!store) {
        return store;
    }
    StateStore& opened = store.value();
    const auto done = order.kind == StateOrder::Kind::keep      ? opened.keep(order.mark)
                      : order.kind == StateOrder::Kind::restore ? opened.restore(order.mark)
                                                                : opened.forget_kept();
    return done ? std::move(store) : Result<StateStore>(done.error());
}

}  // namespace drover
