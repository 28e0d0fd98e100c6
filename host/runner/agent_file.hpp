/// What an agent keeps over restarts: one SQLite file an agent, and one transaction a batch of
/// callbacks, committed before anything of the batch leaves.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "runner/durable_place.hpp"
#include "runner/outbox_table.hpp"
#include "runner/sqlite_file.hpp"
#include "runner/state_pieces.hpp"
#include "runner/store_table.hpp"

namespace drover {

/// Everything that one batch changes. What it lends must live until `commit` returns.
struct FileChanges {
    struct State {
        std::uint32_t version = 0;
        std::string_view bytes;
    };
    std::optional<State> state;  ///< Where it was saved.
    DurablePlace place;
    std::optional<OutboxRow> outbox;
    std::uint64_t logged = 0;  ///< Outbox rows up to this sequence are not needed any more.
    const StoreChanges* store = nullptr;
};

/// The file of one agent (WAL, synchronous FULL), which nobody else can open meanwhile. One thread.
class AgentFile {
public:
    /// Opens or makes the file. Fails with `invalid` when it belongs to another agent or was
    /// written by a newer drover, and with `unavailable` when it cannot be used.
    [[nodiscard]] static Result<AgentFile> open(const std::filesystem::path& file,
                                                const std::string& agent);

    /// What was committed last, in this life or an earlier one.
    [[nodiscard]] const std::optional<SavedState>& state() const { return state_.last(); }
    [[nodiscard]] const DurablePlace& place() const { return place_.last(); }
    [[nodiscard]] const OutboxTable& outbox() const { return outbox_; }
    [[nodiscard]] const StoreTable& store() const { return store_; }

    /// All of it in one transaction: on disk when it returns, or nothing of it. After a failure it
    /// may be tried again. On a full disk it gives back the room of the file's WAL first.
    [[nodiscard]] Result<void> commit(const FileChanges& changes);

    /// Gives back the room of the file's WAL where little is left on the disk, because an agent
    /// that commits nothing would keep it from all others, and where nothing was committed for ten
    /// seconds, because then nobody has to look any more. Does nothing while `now` is before
    /// `room_due`.
    void look_for_room(Monotonic now);
    /// When to look: every second while there is a WAL.
    [[nodiscard]] std::optional<Monotonic> room_due() const { return room_due_; }

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

    /// Writes a copy of all that is committed, see SqliteFile::copy_to.
    [[nodiscard]] Result<void> copy_to(const std::filesystem::path& file) const {
        return file_.copy_to(file);
    }

    /// Adds `count` to the sequences of all durable messages, in one transaction.
    [[nodiscard]] Result<void> shift_outbox(std::uint64_t count);

private:
    AgentFile(std::filesystem::path path,
              SqliteFile file,
              StatePieces state,
              DurablePlaceTable place);
    [[nodiscard]] Result<void> write(const FileChanges& changes) const;
    [[nodiscard]] Result<void> run_whole(const std::string& sql);
    /// Runs `work` in a transaction: all of it is on disk, or nothing.
    template <typename Work>
    [[nodiscard]] Result<void> transact(Work&& work);
    /// There may be a WAL from now on.
    void note_written();
    [[nodiscard]] bool is_disk_short() const;

    std::filesystem::path path_;
    SqliteFile
        file_;  ///< First of those that use SQLite: the statements of the others end before it.
    StatePieces state_;
    DurablePlaceTable place_;
    OutboxTable outbox_;
    StoreTable store_;
    SqliteFile::Statement begin_;
    SqliteFile::Statement commit_;
    bool is_out_of_room_ = false;  ///< Of the last transaction that failed: the disk is full.
    Monotonic written_{};          ///< When something was written last.
    std::optional<Monotonic> room_due_;
    std::uint64_t dropped_ = 0;  ///< Outbox rows up to this sequence are deleted.
};

}  // namespace drover
