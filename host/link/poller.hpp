/// Waiting for links and plain descriptors at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include <zmq.h>

#include "base/result.hpp"
#include "link/link_socket.hpp"

namespace drover {

/// The set is built anew for each wait: clear, add, wait, ask by the index that add gave. One
/// thread. For waits more exact than a millisecond add a timer descriptor.
class Poller {
public:
    void clear() { items_.clear(); }
    std::size_t add(const LinkSocket& socket, bool for_reading, bool for_writing);
    std::size_t add(int descriptor, bool for_reading, bool for_writing);

    /// Waits until something is ready or `longest` has passed (rounded up to milliseconds; nothing:
    /// without end). A signal ends the wait early, with nothing ready.
    [[nodiscard]] Result<void> wait(std::optional<std::chrono::nanoseconds> longest);

    [[nodiscard]] bool is_readable(std::size_t index) const;
    [[nodiscard]] bool is_writable(std::size_t index) const;

private:
    std::vector<zmq_pollitem_t> items_;
};

}  // namespace drover
