/// The durable publications of an agent that the router has not in its log yet, as far as they must
/// be counted: when they are too many, the agent's input pauses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

namespace drover {

/// One thread.
class DurableBacklog {
public:
    static constexpr std::uint64_t most_messages = 4096;
    static constexpr std::uint64_t most_bytes = std::uint64_t{16} << 20U;

    /// A batch with the sequences `first` to `last` was committed.
    void add(std::uint64_t first, std::uint64_t last, std::uint64_t bytes);
    /// Everything up to `sequence` is in the log.
    void logged(std::uint64_t sequence);

    [[nodiscard]] std::uint64_t last_logged() const { return logged_; }
    [[nodiscard]] std::uint64_t messages() const { return messages_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    /// From the bound on, until less than half of it is left.
    [[nodiscard]] bool is_full() const { return is_full_; }

private:
    struct Batch {
        std::uint64_t last;
        std::uint64_t messages;
        std::uint64_t bytes;
    };
    void judge();

    std::deque<Batch> batches_;
    std::uint64_t logged_ = 0;
    std::uint64_t messages_ = 0;
    std::uint64_t bytes_ = 0;
    bool is_full_ = false;
};

}  // namespace drover
