/// How this room's sources make a socket: the options all have, exceptions turned into errors.
#pragma once

#include <memory>
#include <string>

#include <zmq.hpp>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "link/link_context.hpp"

namespace drover {

/// A socket with HWM 1000 in both directions, LINGER 0 and MAXMSGSIZE 4 MiB. The HWM counts frames,
/// whatever they hold: of bundles 1000 are 62.5 MiB, of the largest messages 3.9 GiB. `set_up` sets
/// more and binds or connects; what it throws becomes the error, which names `endpoint`.
template <typename SetUp>
[[nodiscard]] Result<std::unique_ptr<zmq::socket_t>> make_socket(LinkContext& context,
                                                                 zmq::socket_type type,
                                                                 const std::string& endpoint,
                                                                 SetUp set_up) {
    constexpr int high_water_mark = 1000;
    try {
        auto socket = std::make_unique<zmq::socket_t>(context.handle(), type);
        socket->set(zmq::sockopt::sndhwm, high_water_mark);
        socket->set(zmq::sockopt::rcvhwm, high_water_mark);
        socket->set(zmq::sockopt::linger, 0);
        socket->set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(largest_frame));
        set_up(*socket);
        return socket;
    } catch (const zmq::error_t& error) {
        return Error{ErrorKind::unavailable,
                     "The endpoint '" + endpoint + "' cannot be opened: " + error.what() + "." +
                         (endpoint.starts_with("ipc://")
                              ? " An ipc path is at most 107 bytes long and its folder must exist."
                              : "")};
    }
}

}  // namespace drover
