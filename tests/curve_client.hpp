/// A client of a tap over tcp, as any program with ZeroMQ would be one.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>

#include <zmq.h>

namespace drover {

/// Subscribes to everything. Without keys it speaks no CURVE.
class CurveClient {
public:
    struct Keys {
        std::string server;
        std::string public_key;
        std::string secret_key;
    };
    CurveClient(const std::string& endpoint, const std::optional<Keys>& keys)
        : context_(::zmq_ctx_new()), socket_(::zmq_socket(context_, ZMQ_SUB)) {
        const int none = 0;
        ::zmq_setsockopt(socket_, ZMQ_LINGER, &none, sizeof none);
        if (keys) {
            set(ZMQ_CURVE_SERVERKEY, keys->server);
            set(ZMQ_CURVE_PUBLICKEY, keys->public_key);
            set(ZMQ_CURVE_SECRETKEY, keys->secret_key);
        }
        set(ZMQ_SUBSCRIBE, "");
        ::zmq_connect(socket_, endpoint.c_str());
    }
    CurveClient(const CurveClient&) = delete;
    CurveClient& operator=(const CurveClient&) = delete;
    ~CurveClient() {
        ::zmq_close(socket_);
        ::zmq_ctx_term(context_);
    }

    /// The next message; nothing when none comes in time.
    [[nodiscard]] std::optional<std::string> receive(std::chrono::milliseconds longest) {
        const int milliseconds = static_cast<int>(longest.count());
        ::zmq_setsockopt(socket_, ZMQ_RCVTIMEO, &milliseconds, sizeof milliseconds);
        std::array<char, 65536> room{};
        const int size = ::zmq_recv(socket_, room.data(), room.size(), 0);
        return size < 0 ? std::nullopt
                        : std::optional(std::string(room.data(), static_cast<std::size_t>(size)));
    }

private:
    void set(int option, const std::string& value) {
        ::zmq_setsockopt(socket_, option, value.data(), value.size());
    }

    void* context_;
    void* socket_;
};

}  // namespace drover
