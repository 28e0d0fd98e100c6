/// The agent's end of its private link to the router.
#pragma once

#include <chrono>
#include <string>

#include "base/result.hpp"
#include "link/link_context.hpp"
#include "link/link_socket.hpp"

namespace drover {

/// A DEALER that connects, also to a router that is not there yet or comes back. It accepts frames
/// only while it is connected, so that what it took is on its way.
class AgentLink : public LinkSocket {
public:
    [[nodiscard]] static Result<AgentLink> connect(LinkContext& context,
                                                   const std::string& endpoint);

    [[nodiscard]] LinkStatus send(Frame& frame) { return send_frame(frame); }
    [[nodiscard]] LinkStatus receive(Frame& frame) { return receive_frame(frame); }

    /// Lets the end of the process wait up to `longest` for frames that were taken and not yet
    /// written: for an agent that stops in order and published while it did.
    void linger(std::chrono::milliseconds longest);

private:
    using LinkSocket::LinkSocket;
};

}  // namespace drover
