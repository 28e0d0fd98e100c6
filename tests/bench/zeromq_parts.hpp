/// Sockets of the peers without drover: set as drover's links are.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <unistd.h>
#include <zmq.h>

#include "bench/tick.hpp"

namespace drover::bench {

using Arguments = std::vector<std::string>;

/// Each receiver subscribes to a topic of its own too, so that the publisher can count them.
inline constexpr const char* own_topic = "r.";

[[noreturn]] inline void give_up(const std::string& what) {
    std::fprintf(stderr, "zeromq_peer: %s: %s\n", what.c_str(), zmq_strerror(zmq_errno()));
    std::exit(1);
}

inline void must(int result, const char* what) {
    if (result < 0) {
        give_up(what);
    }
}

/// High-water marks as drover's links have them.
inline void* socket_of(void* context, int kind) {
    void* const socket = zmq_socket(context, kind);
    const int mark = 1000;
    const int no_linger = 0;
    if (socket == nullptr) {
        give_up("socket");
    }
    must(zmq_setsockopt(socket, ZMQ_SNDHWM, &mark, sizeof mark), "SNDHWM");
    must(zmq_setsockopt(socket, ZMQ_RCVHWM, &mark, sizeof mark), "RCVHWM");
    must(zmq_setsockopt(socket, ZMQ_LINGER, &no_linger, sizeof no_linger), "LINGER");
    return socket;
}

/// An XPUB that waits instead of dropping and hears of every subscriber.
inline void* lossless_publisher(void* context) {
    void* const socket = socket_of(context, ZMQ_XPUB);
    const int yes = 1;
    must(zmq_setsockopt(socket, ZMQ_XPUB_NODROP, &yes, sizeof yes), "XPUB_NODROP");
    must(zmq_setsockopt(socket, ZMQ_XPUB_VERBOSE, &yes, sizeof yes), "XPUB_VERBOSE");
    return socket;
}

inline void attach(void* socket, const std::string& how, const std::string& endpoint) {
    must(how == "bind" ? zmq_bind(socket, endpoint.c_str()) : zmq_connect(socket, endpoint.c_str()),
         endpoint.c_str());
}

/// Until so many have subscribed to their own topics.
inline void wait_for_receivers(void* socket, int receivers) {
    while (receivers > 0) {
        char subscription[16];
        must(zmq_recv(socket, subscription, sizeof subscription, 0), "subscription");
        receivers -= subscription[1] == own_topic[0] ? 1 : 0;
    }
}

/// Connects to who publishes ticks, and is counted by them.
inline void* tick_receiver(void* context, const std::string& endpoint) {
    void* const socket = socket_of(context, ZMQ_SUB);
    must(zmq_setsockopt(socket, ZMQ_SUBSCRIBE, tick_topic, std::strlen(tick_topic)), "SUBSCRIBE");
    // Last, and another one each: a proxy passes on what is new only.
    const std::string own = own_topic + std::to_string(::getpid());
    must(zmq_setsockopt(socket, ZMQ_SUBSCRIBE, own.c_str(), own.size()), "SUBSCRIBE");
    attach(socket, "connect", endpoint);
    return socket;
}

}  // namespace drover::bench
