/// Waits for many descriptors at once and calls whoever watches the one that has news.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "base/file_descriptor.hpp"
#include "base/result.hpp"

namespace drover {

/// An epoll set. One thread. Handlers may watch and forget descriptors, their own included.
class EventLoop {
public:
    /// Called with the EPOLL… bits that hold. Must not block; what it does not take now is offered
    /// again in the next turn, after all others had theirs.
    using Handler = std::function<void(std::uint32_t events)>;

    [[nodiscard]] static Result<EventLoop> create();

    /// Watches `descriptor`, which stays the caller's and must be forgotten before it is closed.
    void watch(int descriptor, std::uint32_t events, Handler handler);
    /// Changes what is waited for. Cheap when nothing changes.
    void change(int descriptor, std::uint32_t events);
    void forget(int descriptor);

    /// Waits for news or for the deadline, and calls the handlers of what has news.
    void turn(std::optional<Monotonic> deadline);

private:
    struct Watch {
        std::uint32_t events = 0;
        std::shared_ptr<const Handler> handler;
    };

    explicit EventLoop(FileDescriptor set) : set_(std::move(set)) {}

    FileDescriptor set_;
    std::map<int, Watch> watches_;
};

}  // namespace drover
