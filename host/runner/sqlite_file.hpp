/// One SQLite file: opened, statements prepared and run, failures told as sentences that name it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace drover {

/// A connection (WAL, synchronous FULL: what is committed is on disk), which alone has the file as
/// long as it lives: others are refused after two seconds. One thread.
class SqliteFile {
    struct Connection;

public:
    /// One prepared statement. It must not outlive its file's connection nor its SQL, but the
    /// SqliteFile may move.
    class Statement {
    public:
        Statement() = default;
        /// Parameters count from 1. Bytes are lent until the statement has run.
        void bind(int parameter, std::int64_t value) const;
        void bind_bytes(int parameter, std::string_view bytes) const;
        void bind_text(int parameter, std::string_view text) const;
        /// Runs a statement that gives no rows.
        [[nodiscard]] Result<void> run() const;
        /// The next row is there (true), or the statement is through (false) and has been reset.
        [[nodiscard]] Result<bool> step() const;
        /// Of the present row; columns count from 0. Bytes live until the next step.
        [[nodiscard]] std::int64_t integer(int column) const;
        [[nodiscard]] std::string_view bytes(int column) const;
        void reset() const;

    private:
        friend class SqliteFile;
        struct Finish {
            void operator()(sqlite3_stmt* statement) const;
        };
        /// Null where the SQL cannot be prepared; whoever runs it then is told why.
        [[nodiscard]] sqlite3_stmt* prepared() const;

        const Connection* connection_ = nullptr;
        const char* sql_ = nullptr;
        mutable std::unique_ptr<sqlite3_stmt, Finish> statement_;
    };

    /// Makes SQLite itself ready in this process. `open` does it too; before a process is copied it
    /// saves every copy the work.
    static void make_ready();
    /// Opens or makes the file. Fails with `unavailable`.
    [[nodiscard]] static Result<SqliteFile> open(const std::filesystem::path& file);

    SqliteFile(SqliteFile&& other) noexcept;
    SqliteFile& operator=(SqliteFile&& other) noexcept;
    SqliteFile(const SqliteFile&) = delete;
    SqliteFile& operator=(const SqliteFile&) = delete;
    ~SqliteFile();

    [[nodiscard]] const std::filesystem::path& path() const;
    /// Writes a copy of what is committed to a file that is not there yet and that nobody has. The
    /// copy may be lost with the power. Not inside a transaction.
    [[nodiscard]] Result<void> copy_to(const std::filesystem::path& file) const;
    /// Runs SQL without parameters and rows.
    [[nodiscard]] Result<void> run(const char* sql) const;
    /// Whether what failed last did so because the disk, or the user's share of it, is full.
    [[nodiscard]] bool is_out_of_room() const;
    /// From now on the file takes room in pieces of `bytes`, the first one at once where there is
    /// room. What it grows by within a piece a full disk does not hinder. For a file that has its
    /// tables: an empty one must stay empty.
    void reserve_in_pieces_of(int bytes) const;
    /// Brings what the WAL holds into the file and cuts the WAL to nothing, which gives a full disk
    /// up to 4 MiB back: SQLite itself writes a WAL anew, and never makes it shorter.
    [[nodiscard]] Result<void> give_back_room() const;
    /// Whether the WAL holds anything that `give_back_room` could give back.
    [[nodiscard]] bool has_wal() const;
    /// The first column of the first row as text; empty without a row.
    [[nodiscard]] Result<std::string> read_text(const char* sql) const;
    [[nodiscard]] Result<Statement> prepare(const char* sql) const;
    /// The same when it is first used, which most statements of most agents never are. A fault of
    /// the SQL is then one of `run` or `step`.
    [[nodiscard]] Statement prepare_later(const char* sql) const;

private:
    explicit SqliteFile(std::unique_ptr<Connection> connection);

    std::unique_ptr<Connection> connection_;
};

}  // namespace drover
