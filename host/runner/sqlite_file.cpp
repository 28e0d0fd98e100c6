#include "runner/sqlite_file.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <sqlite3.h>

namespace drover {

struct SqliteFile::Connection {
    explicit Connection(std::filesystem::path path) : file(std::move(path)) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { sqlite3_close_v2(database); }

    [[nodiscard]] Error failure(std::string_view what) const {
        return {ErrorKind::unavailable,
                "The state file '" + file.string() + "' cannot be " + std::string(what) + ": " +
                    sqlite3_errmsg(database) + "."};
    }

    std::filesystem::path file;
    sqlite3* database = nullptr;
};

void SqliteFile::Statement::Finish::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

sqlite3_stmt* SqliteFile::Statement::prepared() const {
    if (!statement_ && sql_ != nullptr) {
        sqlite3_stmt* raw = nullptr;
        sqlite3_prepare_v3(
            connection_->database, sql_, -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
        statement_.reset(raw);
    }
    return statement_.get();
}

void SqliteFile::Statement::bind(int parameter, std::int64_t value) const {
    sqlite3_bind_int64(prepared(), parameter, value);
}

void SqliteFile::Statement::bind_bytes(int parameter, std::string_view bytes) const {
    // A null pointer would bind NULL, which no column takes.
    sqlite3_bind_blob64(
        prepared(), parameter, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_STATIC);
}

void SqliteFile::Statement::bind_text(int parameter, std::string_view text) const {
    sqlite3_bind_text64(prepared(),
                        parameter,
                        text.empty() ? "" : text.data(),
                        text.size(),
                        SQLITE_STATIC,
                        SQLITE_UTF8);
}

Result<void> SqliteFile::Statement::run() const {
    const int step = sqlite3_step(prepared());
    // The sentence of the failure is the connection's last one: asked for before the reset.
    Result<void> done = step == SQLITE_DONE ? Result<void>(success())
                                            : Result<void>(connection_->failure("written"));
    reset();
    return done;
}

Result<bool> SqliteFile::Statement::step() const {
    const int step = sqlite3_step(prepared());
    if (step == SQLITE_ROW) {
        return true;
    }
    Result<bool> done =
        step == SQLITE_DONE ? Result<bool>(false) : Result<bool>(connection_->failure("read"));
    reset();
    return done;
}

std::int64_t SqliteFile::Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string_view SqliteFile::Statement::bytes(int column) const {
    const auto* const data =
        static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return data == nullptr ? std::string_view()
                           : std::string_view(data, static_cast<std::size_t>(size));
}

void SqliteFile::Statement::reset() const {
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
}

SqliteFile::SqliteFile(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)) {}
SqliteFile::SqliteFile(SqliteFile&& other) noexcept = default;
SqliteFile& SqliteFile::operator=(SqliteFile&& other) noexcept = default;
SqliteFile::~SqliteFile() = default;

void SqliteFile::make_ready() {
    static const bool is_ready = [] {
        // Memory that is set aside at once, for pages and for small things, is written to at once:
        // thirty pages a process, for files that most agents hardly use. A plugin that has begun
        // with SQLite before keeps what it chose.
        sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
        sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
        return sqlite3_initialize() == SQLITE_OK;
    }();
    static_cast<void>(is_ready);  // Whatever is wrong, opening a file tells it.
}

Result<SqliteFile> SqliteFile::open(const std::filesystem::path& file) {
    make_ready();
    SqliteFile opened(std::make_unique<Connection>(file));
    if (sqlite3_open_v2(file.c_str(),
                        &opened.connection_->database,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                        nullptr) != SQLITE_OK) {
        return opened.connection_->failure("opened");
    }
    // The lock comes first: only then is the index of the WAL no shared file, which costs most of
    // opening it, and each transaction six calls of the system.
    for (const char* sql : {"PRAGMA busy_timeout=2000",
                            "PRAGMA locking_mode=EXCLUSIVE",
                            "PRAGMA journal_mode=WAL",
                            "PRAGMA synchronous=FULL"}) {
        if (auto done = opened.run(sql); !done) {
            return done.error();
        }
    }
    return opened;
}

const std::filesystem::path& SqliteFile::path() const {
    return connection_->file;
}

Result<void> SqliteFile::copy_to(const std::filesystem::path& file) const {
    Connection copy(file);
    if (sqlite3_open_v2(
            file.c_str(), &copy.database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) !=
            SQLITE_OK ||
        sqlite3_exec(copy.database,
                     "PRAGMA journal_mode=OFF;PRAGMA synchronous=OFF",
                     nullptr,
                     nullptr,
                     nullptr) != SQLITE_OK) {
        return copy.failure("opened");
    }
    sqlite3_backup* const backup =
        sqlite3_backup_init(copy.database, "main", connection_->database, "main");
    if (backup == nullptr) {
        return copy.failure("written");
    }
    sqlite3_backup_step(backup, -1);  // What went wrong is what `finish` answers.
    return sqlite3_backup_finish(backup) == SQLITE_OK ? Result<void>(success())
                                                      : Result<void>(copy.failure("written"));
}

Result<void> SqliteFile::run(const char* sql) const {
    if (sqlite3_exec(connection_->database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
        return connection_->failure("used");
    }
    return success();
}

bool SqliteFile::is_out_of_room() const {
    constexpr int primary_code = 0xFF;
    const int code = sqlite3_errcode(connection_->database) & primary_code;
    const int number = sqlite3_system_errno(connection_->database);
    return code == SQLITE_FULL || (code == SQLITE_IOERR && (number == ENOSPC || number == EDQUOT));
}

void SqliteFile::reserve_in_pieces_of(int bytes) const {
    sqlite3_int64 size = bytes;
    sqlite3_file_control(connection_->database, "main", SQLITE_FCNTL_CHUNK_SIZE, &bytes);
    sqlite3_file_control(connection_->database, "main", SQLITE_FCNTL_SIZE_HINT, &size);
}

Result<void> SqliteFile::give_back_room() const {
    return run("PRAGMA wal_checkpoint(TRUNCATE)");
}

bool SqliteFile::has_wal() const {
    std::error_code error;
    const auto size = std::filesystem::file_size(connection_->file.string() + "-wal", error);
    return !error && size > 0;
}

Result<std::string> SqliteFile::read_text(const char* sql) const {
    const auto statement = prepare(sql);
    if (!statement) {
        return statement.error();
    }
    const auto row = statement.value().step();
    if (!row) {
        return row.error();
    }
    return row.value() ? std::string(statement.value().bytes(0)) : std::string();
}

Result<SqliteFile::Statement> SqliteFile::prepare(const char* sql) const {
    Statement statement = prepare_later(sql);
    return statement.prepared() == nullptr ? Result<Statement>(connection_->failure("used"))
                                           : std::move(statement);
}

SqliteFile::Statement SqliteFile::prepare_later(const char* sql) const {
    Statement statement;
    statement.connection_ = connection_.get();
    statement.sql_ = sql;
    return statement;
}

}  // namespace drover
