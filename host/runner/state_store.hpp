/// What an agent keeps over restarts: one SQLite file an agent, committed before anything leaves.
#pragma once

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

/// The file of one agent (WAL, synchronous FULL). One thread.
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

    [[nodiscard]] Result<std::optional<SavedState>> load();
    /// Replaces the state in one transaction; on disk when it returns.
    [[nodiscard]] Result<void> save(std::uint32_t version, std::string_view bytes);

private:
    struct CloseDatabase {
        void operator()(sqlite3* database) const;
    };
    struct FinishStatement {
        void operator()(sqlite3_stmt* statement) const;
    };
    StateStore(std::unique_ptr<sqlite3, CloseDatabase> database, std::filesystem::path file);
    [[nodiscard]] Error failure(std::string_view what) const;
    [[nodiscard]] Result<void> run(const char* sql);
    [[nodiscard]] Result<std::string> read_text(const char* sql);
    [[nodiscard]] Result<void> prepare_schema(const std::string& agent);

    std::unique_ptr<sqlite3, CloseDatabase> database_;
    std::unique_ptr<sqlite3_stmt, FinishStatement> save_statement_;
    std::filesystem::path file_;
};

}  // namespace drover
