#include "daemon/control_methods.hpp"

#include <algorithm>
#include <csignal>
#include <optional>
#include <utility>

#include "base/json_value.hpp"
#include "base/names.hpp"
#include "daemon/control_parameters.hpp"

namespace drover {
namespace {

RpcAnswer result(Json json) {
    return std::make_unique<Json>(std::move(json));
}

RpcAnswer invalid(std::string sentence) {
    return RpcError{RpcError::invalid_parameters, std::move(sentence)};
}

/// The names under "names"; nothing when it is missing.
std::optional<std::vector<std::string>> names_in(const Json& params) {
    const auto found = params.find("names");
    return found == params.end() || found->is_null()
               ? std::nullopt
               : std::optional(found->get<std::vector<std::string>>());
}

/// The names in their order, each once.
std::vector<std::string> each_once(const std::vector<std::string>& names) {
    std::vector<std::string> unique;
    for (const std::string& name : names) {
        if (std::ranges::find(unique, name) == unique.end()) {
            unique.push_back(name);
        }
    }
    return unique;
}

/// Who wishes it, for the record.
std::string by_in(const Json& params) {
    return value_or<std::string>(params, "by", "a client of the control socket");
}

Result<void> check_known(const std::vector<std::string>& names,
                         const std::vector<std::string>& known) {
    for (const std::string& name : names) {
        if (std::ranges::find(known, name) == known.end()) {
            return Error{
                ErrorKind::not_found,
                "The fleet has no agent named '" + name + "'." + did_you_mean(name, known)};
        }
    }
    return success();
}

}  // namespace

RpcAnswer ControlMethods::call(const std::string& method, const Json& params) {
    if (auto fault = fault_in_call(method, params)) {
        return std::move(*fault);
    }
    if (method == "status") {
        return status(params);
    }
    if (method == "start") {
        return wish(params, &FleetSupervisor::start, &FleetSupervisor::start_all);
    }
    if (method == "stop") {
        return wish(params, &FleetSupervisor::stop, &FleetSupervisor::stop_all);
    }
    if (method == "restart") {
        return wish(params, &FleetSupervisor::restart, &FleetSupervisor::restart_all);
    }
    if (method == "shutdown") {
        return shutdown(params);
    }
    if (method == "apply") {
        return change_fleet(params, &FleetApplication::apply);
    }
    if (method == "scale") {
        return change_fleet(params, &FleetApplication::scale);
    }
    if (method == "applied") {
        return result(application_.applied());
    }
    if (method == "describe") {
        return describe(params);
    }
    if (method == "graph") {
        return result(view_.graph());
    }
    if (method == "tap") {
        return result(messages_.tap());
    }
    if (method == "record") {
        return record();
    }
    if (method == "recording") {
        return result(processes_.recording().status());
    }
    if (method == "request") {
        return requests_.ask(params, monotonic_now());
    }
    if (method == "servers") {
        return requests_.servers(params);
    }
    if (method == "log") {
        return requests_.ask_log(params, monotonic_now());
    }
    if (method == "signal") {
        return signal(params);
    }
    if (method == "upgrade") {
        return upgrade(params);
    }
    if (method == "upgrade_self") {
        return upgrade_self(params);
    }
    if (method == "ping") {
        return result(view_.ping());
    }
    return RpcError{RpcError::unknown_method, "There is no method '" + method + "'."};
}

RpcAnswer ControlMethods::status(const Json& params) {
    const auto names = names_in(params);
    if (!names) {
        return result(view_.status(supervisor_.names()));
    }
    const auto all = each_once(view_.with_instances(*names));
    const auto checked = check_known(all, supervisor_.names());
    return checked ? result(view_.status(all)) : rpc_failure(checked.error());
}

RpcAnswer ControlMethods::describe(const Json& params) {
    const auto name = value_or<std::string>(params, "name", "");
    if (name.empty()) {
        return invalid("'name' must say which agent to describe.");
    }
    const auto checked = check_known({name}, supervisor_.names());
    return checked ? result(view_.describe(name)) : rpc_failure(checked.error());
}

RpcAnswer ControlMethods::shutdown(const Json& params) {
    const std::string by = by_in(params);
    if (!supervisor_.is_shutting_down()) {
        events_.stopping("a person asked for it", by);
    }
    if (value_or(params, "now", false)) {
        supervisor_.shutdown_now(monotonic_now(), by);
    } else {
        supervisor_.shutdown(monotonic_now(), by);
    }
    return result(Json::object());
}

RpcAnswer ControlMethods::record() {
    const auto joined = processes_.recording().join();
    return joined ? result(processes_.recording().status()) : rpc_failure(joined.error());
}

RpcAnswer ControlMethods::change_fleet(const Json& params,
                                       RpcAnswer (FleetApplication::*change)(const Json& params)) {
    const std::string obstacle = plugin_upgrade_.obstacle();
    if (!obstacle.empty() && !value_or(params, "dry_run", false)) {
        return RpcError{RpcError::refused, obstacle};
    }
    RpcAnswer answer = (application_.*change)(params);
    const auto* const said = std::get_if<std::unique_ptr<Json>>(&answer);
    const bool is_file_taken = said != nullptr && value_or(**said, "ok", false) &&
                               !value_or(**said, "dry_run", true);  // Scaling does not say it.
    if (is_file_taken) {
        plugin_upgrade_.file_taken();
    }
    return answer;
}

RpcAnswer ControlMethods::upgrade(const Json& params) {
    if (supervisor_.is_shutting_down()) {
        return RpcError{RpcError::unavailable, "The fleet is shutting down."};
    }
    if (self_upgrade_.is_under_way()) {
        return RpcError{RpcError::refused, "droverd is being replaced. Nothing has changed."};
    }
    return plugin_upgrade_.begin(params, monotonic_now());
}

RpcAnswer ControlMethods::upgrade_self(const Json& params) {
    if (supervisor_.is_shutting_down()) {
        return RpcError{RpcError::unavailable, "The fleet is shutting down."};
    }
    if (const std::string obstacle = plugin_upgrade_.obstacle(); !obstacle.empty()) {
        return RpcError{RpcError::refused, obstacle};
    }
    view_.note_failed_upgrade("");  // Of an earlier try.
    return self_upgrade_.begin(params, monotonic_now());
}

RpcAnswer ControlMethods::signal(const Json& params) {
    const auto name = value_or<std::string>(params, "name", "");
    const auto wanted = value_or<std::int64_t>(params, "signal", 0);
    if (wanted < 1 || wanted >= NSIG) {
        return invalid("'signal' must be the number of a signal, 1 to " + std::to_string(NSIG - 1) +
                       ".");
    }
    if (const auto checked = check_known({name}, supervisor_.names()); !checked) {
        return rpc_failure(checked.error());
    }
    const auto number = static_cast<int>(wanted);
    const ProcessLife* const life = processes_.life(name);
    if (life == nullptr) {
        return RpcError{RpcError::refused, "'" + name + "' has no process to send a signal to."};
    }
    // Through the pidfd: a pid that is used anew is never hit.
    send_signal(life->child, number);
    events_.signalled(name, signal_name(number), life->child.pid, by_in(params));
    return result({{"pid", life->child.pid}});
}

RpcAnswer ControlMethods::wish(const Json& params, Wish wish_for_some, WishForAll wish_for_all) {
    const auto names = names_in(params);
    const bool is_for_all = value_or(params, "all", false);
    if (is_for_all == names.has_value()) {
        return invalid("Give either 'names', a list of agents' names, or 'all': true.");
    }
    if (is_for_all) {
        std::vector<std::string> agents =
            (supervisor_.*wish_for_all)(monotonic_now(), by_in(params));
        std::erase(agents, router_unit_name);  // It comes and goes with the agents.
        return result({{"agents", agents}});
    }
    const auto taken = (supervisor_.*wish_for_some)(
        each_once(view_.with_instances(*names)), monotonic_now(), by_in(params));
    return taken ? result({{"agents", taken.value()}}) : rpc_failure(taken.error());
}

}  // namespace drover
