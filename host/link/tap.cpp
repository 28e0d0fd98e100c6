#include "link/tap.hpp"

#include <utility>

#include "link/make_socket.hpp"

namespace drover {

Result<TapSocket> TapSocket::bind(LinkContext& context, const std::string& endpoint) {
    auto socket =
        make_socket(context, zmq::socket_type::xpub, endpoint, [&endpoint](zmq::socket_t& tap) {
            tap.set(zmq::sockopt::maxmsgsize, largest_tap_wish);
            tap.bind(endpoint);
        });
    if (!socket) {
        return socket.error();
    }
    return TapSocket(std::move(socket.value()));
}

std::size_t TapSocket::read_subscriptions() {
    // libzmq tells of the first reader and of the end of the last one of each prefix.
    Frame frame;
    std::size_t wishes = 0;
    for (; wishes < most_wishes && receive_frame(frame) == LinkStatus::done; ++wishes) {
        const bool is_subscription = !frame.is_empty() && frame.bytes().front() == std::byte{1};
        const bool is_end = !frame.is_empty() && frame.bytes().front() == std::byte{0};
        if (is_subscription) {
            ++subscriptions_;
        } else if (is_end && subscriptions_ > 0) {
            --subscriptions_;
        }
    }
    return wishes;
}

void TapSocket::publish(const Frame& frame) {
    Frame copy = frame;
    // A publishing socket drops for readers that are full; nothing else can be done about failure.
    static_cast<void>(send_frame(copy));
}

Result<TapReader> TapReader::connect(LinkContext& context,
                                     const std::string& endpoint,
                                     const std::string& topic_prefix) {
    auto reader = connect(context, endpoint);
    if (reader) {
        reader.value().subscribe(topic_prefix);
    }
    return reader;
}

Result<TapReader> TapReader::connect(LinkContext& context, const std::string& endpoint) {
    auto socket = make_socket(context, zmq::socket_type::sub, endpoint, [&](zmq::socket_t& reader) {
        reader.connect(endpoint);
    });
    if (!socket) {
        return socket.error();
    }
    return TapReader(std::move(socket.value()));
}

void TapReader::subscribe(std::string_view topic_prefix) {
    ::zmq_setsockopt(handle(), ZMQ_SUBSCRIBE, topic_prefix.data(), topic_prefix.size());
}

void TapReader::unsubscribe(std::string_view topic_prefix) {
    ::zmq_setsockopt(handle(), ZMQ_UNSUBSCRIBE, topic_prefix.data(), topic_prefix.size());
}

}  // namespace drover
