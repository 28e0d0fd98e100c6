/// What an agent keeps over restarts: one SQLite file an agent, committed before anything leaves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace drover {

struct SavedState {
    std::uint32_t version = 0;  ///< state_version of the plugin that saved it.
    std::string bytes;
};

/// The file of one agent (WAL, synchronous FULL). The state lies in pieces, and a save writes the
/// pieces that differ from the last one: an agent that remembers much and changes little costs
/// little. One thread.
class StateStore {
public:
    /// Opens or makes the file. Fails with `invalid` when it belongs to another agent or was
    /// written by a newer drover, and with `unavailable` when it cannot be used.
    [[nodiscard]] static Result<StateStore> open(const std::filesystem::path& file,
                                                 const std::string& agent);

    StateStore(StateStore&&) noexcept = default;
    StateStore& operator=(StateStore&&) noexcept = default;
    StateStore(const StateStore&) = delete;
    StateStore& operator=(const StateStore&) = delete;
    ~StateStore() = default;

    /// What was saved last, in this life or an earlier one.
    [[nodiscard]] const std::optional<SavedState>& last() const { return last_; }
    /// Replaces the state in one transaction; on disk when it returns. A state that is the same as
    /// the last one is there already and costs nothing.
    [[nodiscard]] Result<void> save(std::uint32_t version, std::string_view bytes);

    /// @name The state that an upgrade goes back to, in state_keeping.cpp. Only the state: what was
    /// taken in and sent meanwhile stays so.
    /// @{
    /// Keeps a copy of the state under `mark`, in the place of an older copy; nothing is done when
    /// that copy is there.
    [[nodiscard]] Result<void> keep(const std::string& mark);
    /// The state becomes what was kept under `mark`, and the copy goes; nothing is done when there
    /// is none (any more).
    [[nodiscard]] Result<void> restore(const std::string& mark);
    /// Removes a copy, if there is one.
    [[nodiscard]] Result<void> forget_kept();
    /// @}

    /// Bytes of a piece: a few of them make a page of the file.
    static constexpr std::size_t piece_size = 1000;

private:
    struct CloseDatabase {
        void operator()(sqlite3* database) const;
    };
    struct FinishStatement {
        void operator()(sqlite3_stmt* statement) const;
    };
    using Statement = std::unique_ptr<sqlite3_stmt, FinishStatement>;

    StateStore(std::unique_ptr<sqlite3, CloseDatabase> database, std::filesystem::path file);
    [[nodiscard]] Error failure(std::string_view what) const;
    [[nodiscard]] Result<void> run(const char* sql);
    [[nodiscard]] Result<Statement> prepare(const char* sql);
    [[nodiscard]] Result<std::string> read_text(const char* sql);
    [[nodiscard]] Result<void> prepare_schema(const std::string& agent);
    [[nodiscard]] Result<void> prepare_statements();
    /// Brings the state of a file of schema 1, one blob, into pieces.
    [[nodiscard]] Result<void> migrate_from_1();
    [[nodiscard]] Result<void> read_last();
    [[nodiscard]] Result<void> write_changes(std::uint32_t version, std::string_view bytes);
    [[nodiscard]] Result<void> finish(const Statement& statement);
    [[nodiscard]] Result<void> run_whole(const std::string& sql);

    std::unique_ptr<sqlite3, CloseDatabase> database_;
    Statement begin_;
    Statement commit_;
    Statement put_piece_;
    Statement cut_pieces_;
    Statement put_version_;
    std::filesystem::path file_;
    std::optional<SavedState> last_;
};

}  // namespace drover
