/// Waiting for links and plain descriptors at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include <poll.h>

#include "base/result.hpp"
#include "link/link_socket.hpp"

namespace drover {

/// The set is built anew for each wait: clear, add, wait, ask by the index that add gave. One
/// thread. Idle links cost a wait next to nothing: zmq_poll asks every socket twice.
class Poller {
public:
    void clear() {
        items_.clear();
        waits_.clear();
    }
    std::size_t add(const LinkSocket& socket, bool for_reading, bool for_writing);
    std::size_t add(int descriptor, bool for_reading, bool for_writing);

    /// Waits until something is ready or `longest` has passed (nothing: without end). A signal ends
    /// the wait early, with nothing ready.
    [[nodiscard]] Result<void> wait(std::optional<std::chrono::nanoseconds> longest);

    [[nodiscard]] bool is_readable(std::size_t index) const { return items_[index].is_readable; }
    [[nodiscard]] bool is_writable(std::size_t index) const { return items_[index].is_writable; }

private:
    struct Item {
        const LinkSocket* link = nullptr;  ///< Null: a plain descriptor.
        bool for_reading = false;
        bool for_writing = false;
        bool is_readable = false;
        bool is_writable = false;
    };
    [[nodiscard]] bool look_at_links();
    [[nodiscard]] static bool look_at(Item& item);
    [[nodiscard]] bool take_news();

    std::vector<Item> items_;
    std::vector<pollfd> waits_;  ///< One an item.
};

}  // namespace drover
