#include "link/agent_link.hpp"

#include <utility>

#include "link/make_socket.hpp"

namespace drover {

Result<AgentLink> AgentLink::connect(LinkContext& context, const std::string& endpoint) {
    auto socket = make_socket(
        context, zmq::socket_type::dealer, endpoint, [&endpoint](zmq::socket_t& dealer) {
            // Without IMMEDIATE frames pile up for a router that is gone and are lost with its
            // pipe; RECONNECT_IVL 1 lets the flow resume 2 ms after a router was killed.
            dealer.set(zmq::sockopt::immediate, true);
            dealer.set(zmq::sockopt::reconnect_ivl, 1);
            dealer.connect(endpoint);
        });
    if (!socket) {
        return socket.error();
    }
    return AgentLink(std::move(socket.value()));
}

void AgentLink::linger(std::chrono::milliseconds longest) {
    const int milliseconds = static_cast<int>(longest.count());
    ::zmq_setsockopt(handle(), ZMQ_LINGER, &milliseconds, sizeof(milliseconds));
}

}  // namespace drover
