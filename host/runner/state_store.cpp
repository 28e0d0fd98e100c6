#include "runner/state_store.hpp"

#include <utility>

#include <sqlite3.h>

namespace drover {
namespace {

constexpr const char* schema_version = "2";

std::string_view piece_of(std::string_view bytes, std::size_t number) {
    const std::size_t start = number * StateStore::piece_size;
    return start < bytes.size() ? bytes.substr(start, StateStore::piece_size) : std::string_view{};
}

std::size_t pieces_of(std::string_view bytes) {
    return (bytes.size() + StateStore::piece_size - 1) / StateStore::piece_size;
}

}  // namespace

void StateStore::CloseDatabase::operator()(sqlite3* database) const {
    sqlite3_close_v2(database);
}

void StateStore::FinishStatement::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

StateStore::StateStore(std::unique_ptr<sqlite3, CloseDatabase> database, std::filesystem::path file)
    : database_(std::move(database)), file_(std::move(file)) {}

Error StateStore::failure(std::string_view what) const {
    return {ErrorKind::unavailable,
            "The state file '" + file_.string() + "' cannot be " + std::string(what) + ": " +
                sqlite3_errmsg(database_.get()) + "."};
}

Result<void> StateStore::run(const char* sql) {
    if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
        return failure("used");
    }
    return success();
}

Result<StateStore::Statement> StateStore::prepare(const char* sql) {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(database_.get(), sql, -1, &raw, nullptr) != SQLITE_OK) {
        return failure("used");
    }
    return Statement(raw);
}

Result<std::string> StateStore::read_text(const char* sql) {
    const auto statement = prepare(sql);
    if (!statement) {
        return failure("read");
    }
    const int step = sqlite3_step(statement.value().get());
    if (step == SQLITE_DONE) {
        return std::string();
    }
    if (step != SQLITE_ROW) {
        return failure("read");
    }
    return std::string(
        reinterpret_cast<const char*>(sqlite3_column_text(statement.value().get(), 0)));
}

Result<void> StateStore::prepare_schema(const std::string& agent) {
    for (const char* sql :
         {"PRAGMA journal_mode=WAL",
          "PRAGMA synchronous=FULL",
          "PRAGMA busy_timeout=2000",
          "CREATE TABLE IF NOT EXISTS about(key TEXT PRIMARY KEY, value TEXT NOT NULL)",
          "CREATE TABLE IF NOT EXISTS state_version(id INTEGER PRIMARY KEY CHECK(id = 1), "
          "version INTEGER NOT NULL)",
          "CREATE TABLE IF NOT EXISTS state_piece(number INTEGER PRIMARY KEY, "
          "bytes BLOB NOT NULL)"}) {
        if (auto done = run(sql); !done) {
            return done;
        }
    }
    auto schema = read_text("SELECT value FROM about WHERE key = 'schema'");
    auto owner = read_text("SELECT value FROM about WHERE key = 'agent'");
    if (!schema || !owner) {
        return schema ? owner.error() : schema.error();
    }
    const bool is_old = schema.value() == "1";
    if (!schema.value().empty() && !is_old && schema.value() != schema_version) {
        return Error{ErrorKind::invalid,
                     "The state file '" + file_.string() + "' has schema " + schema.value() +
                         "; this drover knows schemas 1 and 2. Use the newer drover."};
    }
    if (!owner.value().empty() && owner.value() != agent) {
        return Error{ErrorKind::invalid,
                     "The state file '" + file_.string() + "' belongs to agent '" + owner.value() +
                         "', not to '" + agent + "'."};
    }
    char* sql = sqlite3_mprintf("INSERT OR REPLACE INTO about VALUES ('schema', %Q), ('agent', %Q)",
                                schema_version,
                                agent.c_str());
    auto done = owner.value().empty() ? run(sql) : Result<void>(success());
    sqlite3_free(sql);
    return done && is_old ? migrate_from_1() : done;
}

Result<void> StateStore::migrate_from_1() {
    const std::string size = std::to_string(piece_size);
    const std::string sql =
        "BEGIN IMMEDIATE;"
        "INSERT INTO state_version SELECT id, version FROM state;"
        "WITH RECURSIVE place(number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM place, state "
        "WHERE (number + 1) * " +
        size +
        " < length(bytes)) "
        "INSERT INTO state_piece SELECT number, substr(bytes, number * " +
        size + " + 1, " + size +
        ") FROM place, state;"
        "DROP TABLE state;"
        "UPDATE about SET value = '2' WHERE key = 'schema';"
        "COMMIT";
    return run(sql.c_str());
}

Result<void> StateStore::prepare_statements() {
    const auto make = [this](Statement& into, const char* sql) -> Result<void> {
        auto made = prepare(sql);
        if (!made) {
            return made.error();
        }
        into = std::move(made.value());
        return success();
    };
    for (const auto& [into, sql] : {
             std::pair{&begin_, "BEGIN IMMEDIATE"},
             std::pair{&commit_, "COMMIT"},
             std::pair{&put_piece_, "INSERT OR REPLACE INTO state_piece VALUES (?1, ?2)"},
             std::pair{&cut_pieces_, "DELETE FROM state_piece WHERE number >= ?1"},
             std::pair{&put_version_, "INSERT OR REPLACE INTO state_version VALUES (1, ?1)"},
         }) {
        if (auto made = make(*into, sql); !made) {
            return made;
        }
    }
    return success();
}

Result<StateStore> StateStore::open(const std::filesystem::path& file, const std::string& agent) {
    sqlite3* raw = nullptr;
    const int opened =
        sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    StateStore store(std::unique_ptr<sqlite3, CloseDatabase>(raw), file);
    if (opened != SQLITE_OK) {
        return store.failure("opened");
    }
    auto done = store.prepare_schema(agent);
    if (done) {
        done = store.prepare_statements();
    }
    if (done) {
        done = store.read_last();
    }
    if (!done) {
        return done.error();
    }
    return store;
}

Result<void> StateStore::read_last() {
    auto version = read_text("SELECT version FROM state_version");
    if (!version || version.value().empty()) {
        return version ? Result<void>(success()) : Result<void>(version.error());
    }
    SavedState saved;
    saved.version = static_cast<std::uint32_t>(std::stoul(version.value()));
    const auto pieces = prepare("SELECT bytes FROM state_piece ORDER BY number");
    if (!pieces) {
        return pieces.error();
    }
    sqlite3_stmt* piece = pieces.value().get();
    int step = SQLITE_ROW;
    while ((step = sqlite3_step(piece)) == SQLITE_ROW) {
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(piece, 0));
        saved.bytes.append(bytes, static_cast<std::size_t>(sqlite3_column_bytes(piece, 0)));
    }
    if (step != SQLITE_DONE) {
        return failure("read");
    }
    last_ = std::move(saved);
    return success();
}

Result<void> StateStore::save(std::uint32_t version, std::string_view bytes) {
    if (last_ && last_->version == version && last_->bytes == bytes) {
        return success();
    }
    auto done = finish(begin_);
    if (done) {
        done = write_changes(version, bytes);
    }
    if (done) {
        done = finish(commit_);
    }
    if (!done) {
        (void)run("ROLLBACK");
        return done;
    }
    last_ = SavedState{version, std::string(bytes)};
    return success();
}

Result<void> StateStore::write_changes(std::uint32_t version, std::string_view bytes) {
    const std::string_view before = last_ ? std::string_view(last_->bytes) : std::string_view{};
    if (!last_ || last_->version != version) {
        sqlite3_bind_int64(put_version_.get(), 1, version);
        if (auto done = finish(put_version_); !done) {
            return done;
        }
    }
    const std::size_t pieces = pieces_of(bytes);
    for (std::size_t number = 0; number < pieces; ++number) {
        const std::string_view piece = piece_of(bytes, number);
        if (piece == piece_of(before, number)) {
            continue;
        }
        sqlite3_bind_int64(put_piece_.get(), 1, static_cast<std::int64_t>(number));
        sqlite3_bind_blob64(put_piece_.get(), 2, piece.data(), piece.size(), SQLITE_STATIC);
        if (auto done = finish(put_piece_); !done) {
            return done;
        }
    }
    if (pieces_of(before) > pieces) {
        sqlite3_bind_int64(cut_pieces_.get(), 1, static_cast<std::int64_t>(pieces));
        return finish(cut_pieces_);
    }
    return success();
}

Result<void> StateStore::finish(const Statement& statement) {
    const int step = sqlite3_step(statement.get());
    sqlite3_reset(statement.get());
    sqlite3_clear_bindings(statement.get());
    return step == SQLITE_DONE ? Result<void>(success()) : Result<void>(failure("written"));
}

}  // namespace drover
