#include "link/router_link.hpp"

#include <utility>

#include "link/make_socket.hpp"

namespace drover {

Result<RouterLink> RouterLink::bind(LinkContext& context, const std::string& endpoint) {
    auto socket = make_socket(
        context, zmq::socket_type::dealer, endpoint, [&endpoint](zmq::socket_t& dealer) {
            dealer.bind(endpoint);
        });
    if (!socket) {
        return socket.error();
    }
    return RouterLink(std::move(socket.value()));
}

}  // namespace drover
