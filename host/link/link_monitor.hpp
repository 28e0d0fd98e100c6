/// Whether the other end of a link is there, as far as its connection tells.
#pragma once

#include "base/result.hpp"
#include "link/link_context.hpp"
#include "link/link_socket.hpp"

namespace drover {

/// For a Poller: readable when `take_news` has something to find. One thread, the link's.
class LinkMonitor : public LinkSocket {
public:
    /// Watches `link`, of this context, from now on; one monitor a link.
    [[nodiscard]] static Result<LinkMonitor> open(LinkContext& context, const LinkSocket& link);

    void take_news();
    /// As the last news say: the connection has ended, and no other one has begun. A peer that only
    /// hangs is there.
    [[nodiscard]] bool is_peer_gone() const { return is_peer_gone_; }

private:
    using LinkSocket::LinkSocket;

    bool is_peer_gone_ = false;
};

}  // namespace drover
