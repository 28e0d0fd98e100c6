/// What comes before and after the start of droverd.
#include "command/up_verb.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/droverd_start.hpp"
#include "command/exit_code.hpp"
#include "command/fleet_file.hpp"
#include "command/foreground.hpp"
#include "command/standing_switch.hpp"
#include "command/state_folder.hpp"
#include "command/status_table.hpp"
#include "command/waiting.hpp"
#include "supervisor/agent_state.hpp"
#include "supervisor/reasons.hpp"

namespace drover {

namespace {

/// A sentence when a droverd already runs there.
std::optional<Error> already_running(const std::filesystem::path& state_directory) {
    auto client = ControlClient::connect(state_directory);
    if (!client) {
        return std::nullopt;
    }
    const auto answer = client.value().call("ping", Json::object(), answer_time);
    const auto pid = answer ? value_or<int>(answer.value(), "pid", -1) : -1;
    return Error{ErrorKind::refused,
                 "A fleet is already running in '" + state_directory.string() + "' (droverd, pid " +
                     (pid > 0 ? std::to_string(pid) : "unknown") +
                     "); stop it with 'drover down', or name another --state-dir."};
}

/// Returns how many there were: droverd has the same.
std::size_t print_warnings(const PreparedFleet& fleet) {
    for (const auto* faults : {&fleet.config.warnings, &fleet.unloadable}) {
        for (const Fault& fault : *faults) {
            std::fprintf(stderr, "warning: %s\n", fault.text().c_str());
        }
    }
    return fleet.config.warnings.size() + fleet.unloadable.size();
}

/// A fleet may rest with its switch engaged; who starts it again may not know.
void tell_of_engaged_switch(const std::filesystem::path& state_directory) {
    if (const auto engaged = engaged_switch(state_directory)) {
        std::fprintf(stderr,
                     "warning: %s. Gated topics (new orders) do not pass until 'drover kill-switch "
                     "release'.\n",
                     text_of(*engaged).c_str());
    }
}

/// Whether nothing more is to be expected: all are well, or those that are not have failed, or were
/// stopped by a person before: all others are wanted from the start.
bool is_settled(const FleetSnapshot& fleet) {
    return std::ranges::all_of(fleet.agents, [](const AgentSnapshot& agent) {
        return agent.is_well() || !agent.is_expected_to_run() ||
               agent.state == text_of(AgentState::failed) ||
               agent.state == text_of(AgentState::stopped);
    });
}

int wait_in_background(const UpOptions& options, const FleetToWatch& started, pid_t pid) {
    auto client = ControlClient::connect(options.state_directory);
    const auto fleet = client ? wait_for_fleet(client.value(), options.timeout, is_settled)
                              : Result<FleetSnapshot>(client.error());
    if (!fleet) {
        return report({ErrorKind::invalid,
                       "The fleet was started and is gone again; see 'drover logs droverd'."});
    }
    tell_warnings_of(fleet.value(), started.told_warnings);
    std::vector<AgentSnapshot> unwell;
    std::string kept_stopped;
    std::size_t well = 0;
    for (const AgentSnapshot& agent : fleet.value().agents) {
        well += agent.is_well() ? 1U : 0U;
        if (agent.state == text_of(AgentState::stopped)) {
            kept_stopped += (kept_stopped.empty() ? "" : ", ") + agent.name;
        } else if (!agent.is_well() && agent.is_expected_to_run()) {
            unwell.push_back(agent);
        }
    }
    if (!kept_stopped.empty()) {
        std::fprintf(stderr,
                     "drover: Left stopped, because a person had stopped them: %s; 'drover start' "
                     "with their names starts them.\n",
                     kept_stopped.c_str());
    }
    if (!unwell.empty()) {
        std::fprintf(stderr,
                     "drover: Not running and healthy after at most %s: %s. The fleet keeps "
                     "running; 'drover status' shows it and 'drover down' stops it.\n",
                     duration_text(options.timeout).c_str(),
                     list_of(unwell).c_str());
        return exit_unhealthy;
    }
    std::printf("%s is up: %zu processes are running and healthy (droverd, pid %d).\n",
                started.name.c_str(),
                well,
                static_cast<int>(pid));
    return exit_ok;
}

int report_failed_start(const Error& error) {
    // Here "unavailable" is a program that cannot be executed, not a droverd that does not run.
    return error.kind == ErrorKind::timed_out ? report(error)
                                              : report({ErrorKind::invalid, error.message});
}

int start_in_background(const UpOptions& options,
                        const DroverdRequest& request,
                        const FleetToWatch& fleet) {
    const auto started = start_droverd(request);
    return started ? wait_in_background(options, fleet, started.value().pid)
                   : report_failed_start(started.error());
}

int start_in_foreground(const DroverdRequest& request, const FleetToWatch& fleet) {
    const StopSignals signals;  // Before the start: Ctrl-C must never leave a droverd behind.
    auto started = start_droverd(request);
    return started ? watch_in_foreground(fleet, started.value(), signals)
                   : report_failed_start(started.error());
}

}  // namespace

int run_up(const UpOptions& options) {
    if (const auto checked = check_state_directory(options.state_directory); !checked) {
        return report(checked.error());
    }
    int exit_code = exit_failed;
    const auto fleet = read_fleet_file_to_start(options.file, options.state_directory, exit_code);
    if (!fleet) {
        return exit_code;
    }
    const FleetToWatch watched{fleet->config.name, options.state_directory, print_warnings(*fleet)};
    if (const auto running = already_running(options.state_directory)) {
        return report(*running);
    }
    tell_of_engaged_switch(options.state_directory);
    DroverdRequest request;
    request.file = fleet->config.file;
    request.state_directory = std::filesystem::absolute(options.state_directory);
    request.fresh = options.fresh;
    request.in_background = options.in_background;
    return options.in_background ? start_in_background(options, request, watched)
                                 : start_in_foreground(request, watched);
}

}  // namespace drover
