/// ZeroMQ's context of one process: its I/O thread and all its sockets.
#pragma once

#include <memory>

#include "base/result.hpp"

namespace zmq {
class context_t;
}

namespace drover {

/// Outlives every socket made from it. One per process; starts no thread before the first socket.
class LinkContext {
public:
    /// Makes ready what contexts need in this process, but no context and no thread. `open` does it
    /// too; before a process is copied it saves every copy the work.
    static void make_ready();
    [[nodiscard]] static Result<LinkContext> open();
    LinkContext(LinkContext&&) noexcept;
    LinkContext& operator=(LinkContext&&) noexcept;
    LinkContext(const LinkContext&) = delete;
    LinkContext& operator=(const LinkContext&) = delete;
    /// Waits for lingering sockets (see AgentLink::linger), not for anything else.
    ~LinkContext();

    [[nodiscard]] zmq::context_t& handle() const { return *context_; }

private:
    explicit LinkContext(std::unique_ptr<zmq::context_t> context);

    std::unique_ptr<zmq::context_t> context_;
};

}  // namespace drover
