#include "link/link_monitor.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "link/make_socket.hpp"

namespace drover {

Result<LinkMonitor> LinkMonitor::open(LinkContext& context, const LinkSocket& link) {
    const std::string endpoint =
        "inproc://drover.link." + std::to_string(reinterpret_cast<std::uintptr_t>(link.handle()));
    constexpr int events = ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
    auto socket =
        make_socket(context, zmq::socket_type::pair, endpoint, [&](zmq::socket_t& monitor) {
            if (::zmq_socket_monitor(link.handle(), endpoint.c_str(), events) != 0) {
                throw zmq::error_t();
            }
            monitor.connect(endpoint);
        });
    if (!socket) {
        return socket.error();
    }
    return LinkMonitor(std::move(socket.value()));
}

/// An event is its number with a value, then the endpoint in a part of its own.
void LinkMonitor::take_news() {
    Frame part;
    bool is_first = true;
    while (receive_frame(part) == LinkStatus::done) {
        std::uint16_t event = 0;
        if (is_first && part.size() >= sizeof(event)) {
            std::memcpy(&event, part.bytes().data(), sizeof(event));
            is_peer_gone_ = event == ZMQ_EVENT_DISCONNECTED;
        }
        is_first = ::zmq_msg_more(part.handle()) == 0;
    }
}

}  // namespace drover
