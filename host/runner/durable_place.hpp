/// Where an agent stands in durable delivery, as its file keeps it: the log it belongs to, what it
/// has handled and published, and what must go on where it was.
#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "base/log_id.hpp"
#include "base/result.hpp"
#include "runner/sqlite_file.hpp"

namespace drover {

struct DurablePlace {
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min();

    LogId log{};                 ///< All zero: no log yet.
    std::uint64_t cursor = 0;    ///< Up to which position of the log everything is handled.
    std::uint64_t sequence = 0;  ///< Of the last durable publication.
    /// State of the agent's random numbers; all zero: as they begin.
    std::array<std::uint64_t, 4> random{};
    std::int64_t time = 0;         ///< Of the agent, under a replay clock.
    std::int64_t settled = never;  ///< As drover.replay_clock/1 tells it.

    friend bool operator==(const DurablePlace&, const DurablePlace&) = default;
};

/// Keeps the place of one agent. One thread; a transaction of the file is open around `write`.
class DurablePlaceTable {
public:
    /// Reads what was committed last. Fails with `invalid` where the file holds no sound place.
    [[nodiscard]] static Result<DurablePlaceTable> open(const SqliteFile& file);

    /// What was committed last.
    [[nodiscard]] const DurablePlace& last() const { return last_; }
    /// Writes what differs from the last one.
    [[nodiscard]] Result<void> write(const DurablePlace& place) const;
    /// The transaction of a `write` was committed.
    void committed(const DurablePlace& place) { last_ = place; }

private:
    [[nodiscard]] Result<void> read_last(const SqliteFile& file);

    SqliteFile::Statement put_cursor_;
    SqliteFile::Statement put_rest_;
    DurablePlace last_;
};

}  // namespace drover
