/// How far the durable messages of each publisher have come: heard of, and on disk.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>

namespace drover {

/// What a durable sequence means.
enum class DurableSequence {
    next,
    known,      ///< It came before: sent again.
    behind_gap  ///< One before it never came.
};

/// Publishers are known by their handles. One thread.
class DurablePublishers {
public:
    /// Goes on from what the log holds.
    explicit DurablePublishers(const std::map<std::uint32_t, std::uint64_t>& sequences)
        : heard_(sequences), logged_(sequences) {}

    /// Judges what came from a publisher; `next` is taken as heard.
    DurableSequence hear(std::uint32_t publisher, std::uint64_t sequence) {
        std::uint64_t& heard = heard_[publisher];
        if (sequence <= heard) {
            return DurableSequence::known;
        }
        if (sequence != heard + 1) {
            return DurableSequence::behind_gap;
        }
        heard = sequence;
        return DurableSequence::next;
    }
    [[nodiscard]] std::uint64_t heard(std::uint32_t publisher) const {
        return value(heard_, publisher);
    }
    /// It will send again what is behind this one.
    void expect_behind(std::uint32_t publisher, std::uint64_t sequence) {
        heard_[publisher] = sequence;
    }
    /// Everything up to this sequence is on disk.
    void note_logged(std::uint32_t publisher, std::uint64_t sequence) {
        std::uint64_t& logged = logged_[publisher];
        logged = std::max(logged, sequence);
    }
    [[nodiscard]] std::uint64_t logged(std::uint32_t publisher) const {
        return value(logged_, publisher);
    }

private:
    using Sequences = std::map<std::uint32_t, std::uint64_t>;

    static std::uint64_t value(const Sequences& sequences, std::uint32_t publisher) {
        const auto found = sequences.find(publisher);
        return found == sequences.end() ? 0 : found->second;
    }

    Sequences heard_;
    Sequences logged_;
};

}  // namespace drover
