/// The router's end of the private link to one life of one agent.
#pragma once

#include <string>

#include "base/result.hpp"
#include "link/link_context.hpp"
#include "link/link_socket.hpp"

namespace drover {

/// A DEALER that binds. An ipc path is removed again when the link ends. It blocks while no agent
/// is connected.
class RouterLink : public LinkSocket {
public:
    [[nodiscard]] static Result<RouterLink> bind(LinkContext& context, const std::string& endpoint);

    [[nodiscard]] LinkStatus send(Frame& frame) { return send_frame(frame); }
    [[nodiscard]] LinkStatus receive(Frame& frame) { return receive_frame(frame); }

private:
    using LinkSocket::LinkSocket;
};

}  // namespace drover
