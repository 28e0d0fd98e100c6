/// What waits for one receiver of `latest` topics: of each topic the newest message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "link/frame.hpp"
#include "router/receiver_queue.hpp"

namespace drover {

/// Topics wait in the order in which their oldest unsent message came: a newer one takes the place
/// of the one before, so that a topic which changes all the time has its turn too. One thread.
class LatestLane {
public:
    /// At most `most_topics` wait; then the first in line goes for a new one.
    explicit LatestLane(std::size_t most_topics) : most_topics_(most_topics) {}

    /// What an entry did to those that waited.
    struct Outcome {
        bool has_replaced = false;     ///< An older message of its topic is gone.
        std::optional<Frame> dropped;  ///< A message of another topic had to go.
    };
    Outcome put(std::string_view topic, QueueEntry entry);

    [[nodiscard]] bool is_empty() const { return line_.empty(); }
    [[nodiscard]] std::size_t size() const { return line_.size(); }
    /// The entry whose turn it is; only while not empty.
    [[nodiscard]] QueueEntry& front() { return line_.front().entry; }
    [[nodiscard]] const QueueEntry& front() const { return line_.front().entry; }
    void pop();
    /// Drops everything. Returns how many messages.
    std::size_t reset();

private:
    struct Waiting {
        std::string topic;
        QueueEntry entry;
    };
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    std::size_t most_topics_;
    std::deque<Waiting> line_;
    std::uint64_t first_ = 0;  ///< The number of the first in line; the others follow.
    std::unordered_map<std::string, std::uint64_t, TextHash, std::equal_to<>> numbers_;
};

}  // namespace drover
