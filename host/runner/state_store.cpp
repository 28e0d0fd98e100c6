#include "runner/state_store.hpp"

#include <sqlite3.h>

namespace drover {
namespace {

constexpr const char* schema_version = "1";

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

Result<std::string> StateStore::read_text(const char* sql) {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(database_.get(), sql, -1, &raw, nullptr) != SQLITE_OK) {
        return failure("read");
    }
    const std::unique_ptr<sqlite3_stmt, FinishStatement> statement(raw);
    const int step = sqlite3_step(raw);
    if (step == SQLITE_DONE) {
        return std::string();
    }
    if (step != SQLITE_ROW) {
        return failure("read");
    }
    return std::string(reinterpret_cast<const char*>(sqlite3_column_text(raw, 0)));
}

Result<void> StateStore::prepare_schema(const std::string& agent) {
    for (const char* sql :
         {"PRAGMA journal_mode=WAL",
          "PRAGMA synchronous=FULL",
          "PRAGMA busy_timeout=2000",
          "CREATE TABLE IF NOT EXISTS about(key TEXT PRIMARY KEY, value TEXT NOT NULL)",
          "CREATE TABLE IF NOT EXISTS state(id INTEGER PRIMARY KEY CHECK(id = 1), "
          "version INTEGER NOT NULL, bytes BLOB NOT NULL)"}) {
        if (auto done = run(sql); !done) {
            return done;
        }
    }
    auto schema = read_text("SELECT value FROM about WHERE key = 'schema'");
    auto owner = read_text("SELECT value FROM about WHERE key = 'agent'");
    if (!schema || !owner) {
        return schema ? owner.error() : schema.error();
    }
    if (!schema.value().empty() && schema.value() != schema_version) {
        return Error{ErrorKind::invalid,
                     "The state file '" + file_.string() + "' has schema " + schema.value() +
                         "; this drover knows schema 1. Use the newer drover."};
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
    return done;
}

Result<StateStore> StateStore::open(const std::filesystem::path& file, const std::string& agent) {
    sqlite3* raw = nullptr;
    const int opened =
        sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    StateStore store(std::unique_ptr<sqlite3, CloseDatabase>(raw), file);
    if (opened != SQLITE_OK) {
        return store.failure("opened");
    }
    if (auto prepared = store.prepare_schema(agent); !prepared) {
        return prepared.error();
    }
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(
            raw, "INSERT OR REPLACE INTO state VALUES (1, ?1, ?2)", -1, &statement, nullptr) !=
        SQLITE_OK) {
        return store.failure("used");
    }
    store.save_statement_.reset(statement);
    return store;
}

Result<std::optional<SavedState>> StateStore::load() {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(
            database_.get(), "SELECT version, bytes FROM state WHERE id = 1", -1, &raw, nullptr) !=
        SQLITE_OK) {
        return failure("read");
    }
    const std::unique_ptr<sqlite3_stmt, FinishStatement> statement(raw);
    const int step = sqlite3_step(raw);
    if (step == SQLITE_DONE) {
        return std::optional<SavedState>();
    }
    if (step != SQLITE_ROW) {
        return failure("read");
    }
    SavedState saved;
    saved.version = static_cast<std::uint32_t>(sqlite3_column_int64(raw, 0));
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(raw, 1));
    saved.bytes.assign(bytes == nullptr ? "" : bytes,
                       static_cast<std::size_t>(sqlite3_column_bytes(raw, 1)));
    return std::optional<SavedState>(std::move(saved));
}

Result<void> StateStore::save(std::uint32_t version, std::string_view bytes) {
    sqlite3_stmt* statement = save_statement_.get();
    sqlite3_reset(statement);
    sqlite3_bind_int64(statement, 1, version);
    sqlite3_bind_blob64(statement, 2, bytes.data(), bytes.size(), SQLITE_STATIC);
    const int step = sqlite3_step(statement);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    if (step != SQLITE_DONE) {
        return failure("written");
    }
    return success();
}

}  // namespace drover
