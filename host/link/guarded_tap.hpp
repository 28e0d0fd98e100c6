/// A tap for other machines: publishes over tcp, encrypted and authenticated by CURVE, to the
/// clients whose keys are allowed. Nobody else gets a byte of a message.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "link/curve_keys.hpp"
#include "link/link_context.hpp"
#include "link/link_socket.hpp"

namespace drover {

/// A client that has shown its key.
struct TapKnock {
    std::string address;  ///< Of the client, without its port.
    std::string key;
    bool is_allowed = false;
};

/// A client that never came so far: it speaks no CURVE, or not with this server's key.
struct FailedHandshake {
    std::string endpoint;
};

/// What a client asks for: topics with this prefix, from now on or no more. Told for the first who
/// asks and the last who leaves.
struct TapWish {
    std::string prefix;
    bool is_end = false;
};

/// One thread. One per context, because ZeroMQ has one doorkeeper (ZAP) for all its sockets.
class GuardedTap {
public:
    /// `endpoint` is "tcp://HOST:PORT"; with port "*" the system chooses one.
    [[nodiscard]] static Result<GuardedTap> bind(LinkContext& context,
                                                 const std::string& endpoint,
                                                 const CurveKeys& server);

    /// Ends the connections of all clients and listens anew at the same endpoint, which takes them
    /// until the system has given it back. Clients come back by themselves and knock again, and
    /// what they ask for is told again. Fails with a sentence; nobody listens then.
    [[nodiscard]] Result<void> turn_all_out(LinkContext& context, const CurveKeys& server);

    /// Where it listens, with the port that it got.
    [[nodiscard]] const std::string& endpoint() const { return endpoint_; }
    /// For a Poller: whichever is readable, the functions below have something to say.
    [[nodiscard]] std::vector<const LinkSocket*> sockets() const;

    /// Copies a frame to those who asked for its topic. Never blocks; a client that is slow loses
    /// copies.
    void publish(const Frame& frame);
    [[nodiscard]] std::vector<TapWish> take_wishes();
    /// Lets in who `may_enter` allows, by key, and returns all that knocked.
    [[nodiscard]] std::vector<TapKnock> answer_knocks(
        const std::function<bool(const std::string& key)>& may_enter);
    [[nodiscard]] std::vector<FailedHandshake> take_failures();

private:
    /// Gives LinkSocket's functions to this class alone.
    class Socket : public LinkSocket {
    public:
        explicit Socket(std::unique_ptr<zmq::socket_t> socket);
        using LinkSocket::receive_frame;
        using LinkSocket::send_frame;
    };
    /// What clients connect to, what tells of failed ones, and where.
    struct Door {
        Socket publisher;
        Socket monitor;
        std::string endpoint;
    };
    GuardedTap(Socket doorkeeper, Door door);
    [[nodiscard]] static Result<Door> open_door(LinkContext& context,
                                                const std::string& endpoint,
                                                const CurveKeys& server);
    [[nodiscard]] static std::vector<Frame> receive_parts(const Socket& socket);

    // The doorkeeper is there before anybody can knock, and until nobody can any more.
    Socket doorkeeper_;
    std::optional<Door> door_;  ///< Nothing after a failure of `turn_all_out` alone.
    std::string endpoint_;
};

}  // namespace drover
