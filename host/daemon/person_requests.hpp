/// Requests that people send to agents: from the control socket through the router to an agent, and
/// the one answer back. droverd keeps the deadline, so that nobody waits for ever.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "daemon/control_server.hpp"
#include "fleet/fleet.hpp"
#include "supervisor/fleet_supervisor.hpp"

namespace drover {

/// All that it is given is lent and must live longer. One thread.
class PersonRequests {
public:
    /// Sends a line to the router; false when none runs.
    using SendToRouter = std::function<bool(const Json& order)>;
    /// Takes the answer of a promise.
    using Fulfil = std::function<void(RpcPromise promise, RpcAnswer answer)>;

    /// `run`: the router may still answer requests of an earlier supervisor; ids differ by it.
    PersonRequests(const PreparedFleet& fleet,
                   const FleetSupervisor& supervisor,
                   SendToRouter send,
                   Fulfil fulfil,
                   std::uint64_t run = 0)
        : fleet_(fleet),
          supervisor_(supervisor),
          send_(std::move(send)),
          fulfil_(std::move(fulfil)),
          last_id_((run & 0xFFFFFU) << 32U) {}

    /// `request {agent, port, body, timeout_ms}`: the answer, or the promise of one.
    [[nodiscard]] RpcAnswer ask(const Json& params, Monotonic now);
    /// `servers {port}`: the agents that have a REQUEST_SERVER port of that name.
    [[nodiscard]] RpcAnswer servers(const Json& params) const;
    /// `log {what, name, position}`: of the router's durable log; the promise of its answer.
    [[nodiscard]] RpcAnswer ask_log(const Json& params, Monotonic now);

    /// The router's event `reply`.
    void heard(const Json& reply);
    /// The router's event `log`.
    void heard_of_log(const Json& answer);
    /// The router has ended: what is open is LOST.
    void router_ended();
    /// Answers what has timed out.
    void tick(Monotonic now);
    [[nodiscard]] std::optional<Monotonic> next_deadline() const;

private:
    struct Open {
        std::string agent;
        Monotonic deadline;
        std::chrono::milliseconds timeout;
        bool is_of_log = false;  ///< Asked of the router itself, with `drover log`.
    };
    struct Place {
        std::size_t agent = 0;
        std::size_t port = 0;
    };
    [[nodiscard]] Error no_agent(const std::string& name) const;
    [[nodiscard]] Result<Place> find(const std::string& agent, const std::string& port) const;
    [[nodiscard]] std::string why_gone(const std::string& agent) const;
    /// What an order about the log comes to when the router does not answer it: an error, since an
    /// answer without a log would look like an empty one.
    [[nodiscard]] RpcError no_log(const std::string& why) const;
    void finish(std::uint64_t id, RpcAnswer answer);

    const PreparedFleet& fleet_;
    const FleetSupervisor& supervisor_;
    SendToRouter send_;
    Fulfil fulfil_;
    std::map<std::uint64_t, Open> open_;
    std::uint64_t last_id_ = 0;
};

}  // namespace drover
