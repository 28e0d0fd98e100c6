#include "link/router_link.hpp"

#include <utility>

#include "link/make_socket.hpp"

namespace drover {

Result<RouterLink> RouterLink::bind(LinkContext& context,
                                    const std::string& endpoint,
                                    std::optional<pid_t> peer) {
    auto socket =
        make_socket(context, zmq::socket_type::dealer, endpoint, [&](zmq::socket_t& dealer) {
            // ZeroMQ compares it with what the kernel says of who connects, and hangs up. It calls
            // the option deprecated in favour of ZAP, which would ask only after the handshake.
            if (peer &&
                ::zmq_setsockopt(dealer.handle(), ZMQ_IPC_FILTER_PID, &*peer, sizeof(*peer)) != 0) {
                throw zmq::error_t();
            }
            dealer.bind(endpoint);
        });
    if (!socket) {
        return socket.error();
    }
    return RouterLink(std::move(socket.value()));
}

}  // namespace drover
