#include "link/guarded_tap.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <span>
#include <thread>
#include <utility>

#include <zmq.hpp>

#include "base/clock.hpp"
#include "link/make_socket.hpp"
#include "link/tap.hpp"

namespace drover {
namespace {

/// Where libzmq asks who may enter (RFC 27).
constexpr const char* zap_endpoint = "inproc://zeromq.zap.01";
constexpr const char* monitor_prefix = "inproc://drover.tap.monitor.";
/// A client sends nothing but wishes for topics.

std::string text_of_part(const Frame& frame) {
    return {reinterpret_cast<const char*>(frame.bytes().data()), frame.size()};
}

Frame part_of(std::string_view text) {
    return Frame(std::as_bytes(std::span(text.data(), text.size())));
}

/// 32 bytes as the text that people exchange.
std::string key_text(const Frame& credentials) {
    std::array<char, curve_key_length + 1> text{};
    constexpr std::size_t key_bytes = 32;
    if (credentials.size() != key_bytes) {
        return "";
    }
    ::zmq_z85_encode(text.data(),
                     reinterpret_cast<const std::uint8_t*>(credentials.bytes().data()),
                     credentials.size());
    return text.data();
}

void guard(zmq::socket_t& tap, const CurveKeys& server, bool is_ipv6) {
    constexpr int handshake_ms = 2000;
    constexpr int heartbeat_ms = 5000;
    tap.set(zmq::sockopt::curve_server, true);
    tap.set(zmq::sockopt::curve_secretkey, server.secret_key);
    tap.set(zmq::sockopt::zap_domain, "drover.tap");
    tap.set(zmq::sockopt::handshake_ivl, handshake_ms);
    tap.set(zmq::sockopt::heartbeat_ivl, heartbeat_ms);
    tap.set(zmq::sockopt::heartbeat_timeout, 3 * heartbeat_ms);
    tap.set(zmq::sockopt::maxmsgsize, largest_tap_wish);
    tap.set(zmq::sockopt::ipv6, is_ipv6);
}

}  // namespace

GuardedTap::Socket::Socket(std::unique_ptr<zmq::socket_t> socket) : LinkSocket(std::move(socket)) {}

GuardedTap::GuardedTap(Socket doorkeeper, Door door)
    : doorkeeper_(std::move(doorkeeper)), door_(std::move(door)), endpoint_(door_->endpoint) {}

Result<GuardedTap> GuardedTap::bind(LinkContext& context,
                                    const std::string& endpoint,
                                    const CurveKeys& server) {
    auto doorkeeper =
        make_socket(context, zmq::socket_type::rep, zap_endpoint, [](zmq::socket_t& socket) {
            socket.bind(zap_endpoint);
        });
    if (!doorkeeper) {
        return doorkeeper.error();
    }
    auto door = open_door(context, endpoint, server);
    if (!door) {
        return door.error();
    }
    return GuardedTap(Socket(std::move(doorkeeper.value())), std::move(door.value()));
}

Result<GuardedTap::Door> GuardedTap::open_door(LinkContext& context,
                                               const std::string& endpoint,
                                               const CurveKeys& server) {
    std::string bound;
    std::string monitor_endpoint;
    const bool is_ipv6 = endpoint.find('[') != std::string::npos;
    auto publisher =
        make_socket(context, zmq::socket_type::xpub, endpoint, [&](zmq::socket_t& tap) {
            guard(tap, server, is_ipv6);
            constexpr int failures =
                ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;
            // A name of its own: one that was closed may still have the other.
            monitor_endpoint =
                monitor_prefix + std::to_string(reinterpret_cast<std::uintptr_t>(tap.handle()));
            if (::zmq_socket_monitor(tap.handle(), monitor_endpoint.c_str(), failures) != 0) {
                throw zmq::error_t();
            }
            tap.bind(endpoint);
            bound = tap.get(zmq::sockopt::last_endpoint);
        });
    if (!publisher) {
        return publisher.error();
    }
    auto monitor =
        make_socket(context, zmq::socket_type::pair, monitor_endpoint, [&](zmq::socket_t& socket) {
            socket.connect(monitor_endpoint);
        });
    if (!monitor) {
        return monitor.error();
    }
    return Door{
        Socket(std::move(publisher.value())), Socket(std::move(monitor.value())), std::move(bound)};
}

/// libzmq cannot end one connection of a socket, and gives its port back in its own time. The
/// connections that end have a pipe to the doorkeeper, which must let go of it.
Result<void> GuardedTap::turn_all_out(LinkContext& context, const CurveKeys& server) {
    constexpr auto patience = std::chrono::seconds(10);
    constexpr auto pause = std::chrono::milliseconds(2);
    door_.reset();
    const Monotonic deadline = monotonic_now() + patience;
    while (true) {
        auto door = open_door(context, endpoint_, server);
        if (door) {
            door_.emplace(std::move(door.value()));
            return success();
        }
        if (monotonic_now() >= deadline) {
            return door.error();
        }
        static_cast<void>(answer_knocks([](const std::string&) { return false; }));
        std::this_thread::sleep_for(pause);
    }
}

std::vector<const LinkSocket*> GuardedTap::sockets() const {
    if (!door_) {
        return {&doorkeeper_};
    }
    return {&doorkeeper_, &door_->publisher, &door_->monitor};
}

void GuardedTap::publish(const Frame& frame) {
    if (!door_) {
        return;
    }
    Frame copy = frame;
    // A publishing socket drops for clients that are full; nothing else can be done about failure.
    static_cast<void>(door_->publisher.send_frame(copy));
}

std::vector<TapWish> GuardedTap::take_wishes() {
    std::vector<TapWish> wishes;
    Frame frame;
    while (door_ && door_->publisher.receive_frame(frame) == LinkStatus::done) {
        const bool is_wish = !frame.is_empty() && (frame.bytes().front() == std::byte{1} ||
                                                   frame.bytes().front() == std::byte{0});
        if (is_wish) {
            wishes.push_back(
                {text_of_part(frame).substr(1), frame.bytes().front() == std::byte{0}});
        }
    }
    return wishes;
}

std::vector<Frame> GuardedTap::receive_parts(const Socket& socket) {
    std::vector<Frame> parts;
    bool has_more = true;
    while (has_more) {
        Frame part;
        if (socket.receive_frame(part) != LinkStatus::done) {
            break;  // The first one: a message comes with all its parts.
        }
        has_more = ::zmq_msg_more(part.handle()) != 0;
        parts.push_back(std::move(part));
    }
    return parts;
}

std::vector<TapKnock> GuardedTap::answer_knocks(
    const std::function<bool(const std::string& key)>& may_enter) {
    // Version, request id, domain, address, identity, mechanism, credentials.
    enum Part : std::size_t { version, request, domain, address, identity, mechanism, credentials };
    std::vector<TapKnock> knocks;
    while (true) {
        const std::vector<Frame> parts = receive_parts(doorkeeper_);
        if (parts.empty()) {
            return knocks;
        }
        TapKnock knock;
        if (parts.size() > credentials && text_of_part(parts[mechanism]) == "CURVE") {
            knock.address = text_of_part(parts[address]);
            knock.key = key_text(parts[credentials]);
            knock.is_allowed = !knock.key.empty() && may_enter(knock.key);
        }
        std::array<Frame, 6> answer{
            part_of("1.0"),
            parts.size() > request ? parts[request] : Frame(),
            part_of(knock.is_allowed ? "200" : "400"),
            part_of(knock.is_allowed ? "OK" : "This key is not allowed here."),
            part_of(knock.is_allowed ? knock.key : ""),
            Frame()};
        for (std::size_t part = 0; part < answer.size(); ++part) {
            static_cast<void>(doorkeeper_.send_frame(answer[part], part + 1 < answer.size()));
        }
        knocks.push_back(std::move(knock));
    }
}

std::vector<FailedHandshake> GuardedTap::take_failures() {
    std::vector<FailedHandshake> failures;
    while (door_) {
        // The event with its number, and the endpoint.
        const std::vector<Frame> parts = receive_parts(door_->monitor);
        if (parts.empty()) {
            break;
        }
        failures.push_back({parts.size() > 1 ? text_of_part(parts[1]) : std::string()});
    }
    return failures;
}

}  // namespace drover
