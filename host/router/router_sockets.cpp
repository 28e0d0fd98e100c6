#include "router/router_sockets.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <unistd.h>

#include "base/json_value.hpp"
#include "base/logging.hpp"

namespace drover {
namespace {

KillSwitchPage open_kill_switch(const std::string& path) {
    auto page = KillSwitchPage::open(path, false);
    if (page) {
        return std::move(page.value());
    }
    log_error(page.error().message + " Gated topics are stopped until it can be.");
    return KillSwitchPage::unreadable(path);
}

/// The socket is its owner's alone (umask); an agent that tries too early tries again.
Result<void> give_socket(const std::string& endpoint, uid_t user) {
    const std::string path = endpoint.substr(endpoint.find("://") + 3);
    if (::chown(path.c_str(), user, static_cast<gid_t>(-1)) != 0) {
        return Error{ErrorKind::refused,
                     "The socket " + path + " cannot be given to user " + std::to_string(user) +
                         ": " + std::strerror(errno) + "."};
    }
    return success();
}

}  // namespace

Result<std::unique_ptr<RouterSockets>> RouterSockets::open(const RouterConfig& config,
                                                           LineChannel& control) {
    auto context = LinkContext::open();
    if (!context) {
        return context.error();
    }
    std::unique_ptr<RouterSockets> sockets(new RouterSockets(
        std::move(context.value()), open_kill_switch(config.kill_switch), control));
    sockets->links_.resize(config.agents.size());
    if (!config.tap.empty()) {
        auto tap = TapSocket::bind(sockets->context_, config.tap);
        if (!tap) {
            return tap.error();
        }
        sockets->tap_.emplace(std::move(tap.value()));
    }
    return sockets;
}

RouterSockets::RouterSockets(LinkContext context, KillSwitchPage kill_switch, LineChannel& control)
    : context_(std::move(context)), kill_switch_(std::move(kill_switch)), control_(control) {}

Result<void> RouterSockets::open_link(std::uint16_t agent,
                                      const std::string& endpoint,
                                      std::optional<uid_t> user,
                                      std::optional<pid_t> peer) {
    links_[agent].reset();
    auto link = RouterLink::bind(context_, endpoint, peer);
    if (!link) {
        return link.error();
    }
    if (user) {
        if (auto given = give_socket(endpoint, *user); !given) {
            return given;
        }
    }
    links_[agent].emplace(std::move(link.value()));
    return success();
}

bool RouterSockets::send(std::uint16_t agent, Frame& frame) {
    return links_[agent] && links_[agent]->send(frame) == LinkStatus::done;
}

bool RouterSockets::is_tapped() const {
    return tap_ && tap_->has_readers();
}

void RouterSockets::tap(const Frame& frame) {
    if (is_tapped()) {
        tap_->publish(frame);
    }
}

GateReading RouterSockets::gate() {
    return {kill_switch_.is_engaged(), kill_switch_.revision()};
}

void RouterSockets::repeat_waiting() {
    if (!waiting_for_.empty()) {
        report_waiting(std::vector<std::string>(waiting_for_));
    }
    if (!parked_.empty()) {
        tell_parked();
    }
}

void RouterSockets::report_waiting(const std::vector<std::string>& names) {
    waiting_for_ = names;
    control_.write_line(to_line({{"event", "replay"}, {"waiting_for", names}}));
}

void RouterSockets::report_parked(const std::vector<ParkedReceiver>& parked) {
    if (parked != parked_) {
        parked_ = parked;
        tell_parked();
    }
}

void RouterSockets::tell_parked() {
    Json receivers = Json::array();
    for (const ParkedReceiver& receiver : parked_) {
        receivers.push_back({{"name", receiver.name}, {"handled", receiver.handled}});
    }
    control_.write_line(to_line({{"event", "parked"}, {"receivers", std::move(receivers)}}));
}

void RouterSockets::report_retired(const std::vector<std::string>& names) {
    control_.write_line(to_line({{"event", "retired"}, {"agents", names}}));
}

void RouterSockets::report_occurrence(const Occurrence& occurrence) {
    control_.write_line(to_line(to_json(occurrence)));
}

void RouterSockets::report_health(const RouterHealth& health) {
    control_.write_line(to_line({{"event", "health"},
                                 {"level", health.level},
                                 {"code", health.code},
                                 {"message", health.message}}));
}

void RouterSockets::answer_person(const PersonReply& reply) {
    control_.write_line(to_line({{"event", "reply"},
                                 {"id", reply.number},
                                 {"status", reply.status},
                                 {"error", reply.error},
                                 {"body", reply.body}}));
}

}  // namespace drover
