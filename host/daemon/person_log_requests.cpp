/// What people ask of the router's durable log: `drover log`, through droverd to the router.
#include <utility>

#include "base/json_value.hpp"
#include "daemon/person_requests.hpp"
#include "supervisor/agent_state.hpp"

namespace drover {
namespace {

/// The router answers at once; it may be reading much of its log.
constexpr std::chrono::milliseconds patience_with_log{10'000};

bool is_log_order(const std::string& what) {
    return what == "stat" || what == "trim" || what == "skip" || what == "forget";
}

}  // namespace

RpcAnswer PersonRequests::ask_log(const Json& params, Monotonic now) {
    const auto what = value_or<std::string>(params, "what", "");
    const auto name = value_or<std::string>(params, "name", "");
    if (!is_log_order(what)) {
        return RpcError{RpcError::invalid_parameters, "'what' must be stat, trim, skip or forget."};
    }
    if (name.empty() && (what == "skip" || what == "forget")) {
        return RpcError{RpcError::invalid_parameters, "'name' must say which receiver."};
    }
    auto position = value_or<std::uint64_t>(params, "position", 0);
    if (what == "skip") {
        const auto status = supervisor_.status(name, now);
        if (!status) {
            return RpcError{RpcError::invalid_parameters, no_agent(name).message};
        }
        position = position == 0 && status->poison ? status->poison->position : position;
    }
    const std::uint64_t id = ++last_id_;
    if (!send_(Json{
            {"do", "log"}, {"id", id}, {"what", what}, {"name", name}, {"position", position}})) {
        return RpcError{RpcError::refused,
                        "drover-router is not running: start the fleet, or stop it whole and ask "
                        "again."};
    }
    open_.emplace(id, Open{"drover-router", now + patience_with_log, patience_with_log, true});
    return RpcPromise{id};
}

RpcError PersonRequests::no_log(const std::string& why) const {
    const auto router = supervisor_.status("drover-router", monotonic_now());
    const std::string state =
        router ? ": it is " + std::string(text_of(router->state)) + " (" + router->reason + ")"
               : "";
    return RpcError{RpcError::refused, why + state + "."};
}

void PersonRequests::heard_of_log(const Json& answer) {
    const auto id = value_or<std::uint64_t>(answer, "id", 0);
    if (!open_.contains(id)) {
        return;  // It timed out, or an earlier life of this number asked.
    }
    if (const auto error = value_or<std::string>(answer, "error", ""); !error.empty()) {
        finish(id, RpcError{RpcError::refused, error});
        return;
    }
    finish(id, std::make_unique<Json>(value_or<Json>(answer, "log", Json::object())));
}

}  // namespace drover
