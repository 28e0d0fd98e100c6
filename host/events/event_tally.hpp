/// Counts refusals and losses, so that a flood of them becomes one line a second and kind.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "events/occurrence.hpp"

namespace drover {

/// What is noted; the views live until `note` returns.
struct Noted {
    EventKind kind = EventKind::loss;
    std::string_view agent;
    std::string_view topic;
    std::string_view publisher;
    std::string_view code;
    std::string_view reason;
};

/// The first occurrence of its kind, agent, topic, publisher and code is told at once; those of the
/// next second are told together. Of more than `most_entries` at a time the rest is counted without
/// topic and publisher. Bounded, not thread-safe.
class EventTally {
public:
    static constexpr std::size_t most_entries = 64;

    /// True when `deadline` may have become sooner.
    bool note(const Noted& noted, std::uint64_t count = 1);
    /// What is to be told now.
    [[nodiscard]] std::vector<Occurrence> take_due(Monotonic now);
    /// All that was not told yet, due or not: for the end of a program.
    [[nodiscard]] std::vector<Occurrence> take_all();
    /// When `take_due` has something to tell; nothing: not before the next note.
    [[nodiscard]] std::optional<Monotonic> deadline() const;

private:
    static constexpr std::chrono::seconds pause{1};

    struct Entry {
        Occurrence occurrence;
        std::optional<Monotonic> told;
    };
    Entry& entry_of(const Noted& noted);
    [[nodiscard]] Entry* find(const Noted& noted);
    Entry& add(const Noted& noted);

    std::vector<Entry> entries_;
    std::size_t latest_ = 0;  ///< Where the last one was: mostly the next one is the same.
    std::size_t pending_ = 0;
};

}  // namespace drover
