/// The router's end of the private link to one life of one agent.
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

#include "base/result.hpp"
#include "link/link_context.hpp"
#include "link/link_socket.hpp"

namespace drover {

/// A DEALER that binds. An ipc path is removed again when the link ends. It blocks while no agent
/// is connected.
class RouterLink : public LinkSocket {
public:
    /// At an ipc endpoint only the process `peer` may connect, where one is named: a DEALER shares
    /// its messages out among all that are connected, so a stranger would take part of them.
    [[nodiscard]] static Result<RouterLink> bind(LinkContext& context,
                                                 const std::string& endpoint,
                                                 std::optional<pid_t> peer = std::nullopt);

    [[nodiscard]] LinkStatus send(Frame& frame) { return send_frame(frame); }
    [[nodiscard]] LinkStatus receive(Frame& frame) { return receive_frame(frame); }

private:
    using LinkSocket::LinkSocket;
};

}  // namespace drover
