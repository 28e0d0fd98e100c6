/// Looking once, or until all are ready.
#include "command/ready_verb.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <thread>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/fleet_snapshot.hpp"
#include "command/status_table.hpp"
#include "supervisor/agent_state.hpp"
#include "supervisor/reasons.hpp"

namespace drover {

namespace {

Result<FleetSnapshot> look(const ReadyOptions& options) {
    // Who waits looks again himself, for as long as he wants to.
    auto client = ControlClient::connect(
        options.state_directory,
        options.waits ? ControlClient::no_patience : ControlClient::usual_patience);
    if (!client) {
        return client.error();
    }
    const Json params = options.names.empty() ? Json::object() : Json{{"names", options.names}};
    const auto document = client.value().call("status", params, answer_time);
    if (!document) {
        return document.error();
    }
    return read_fleet_snapshot(document.value());
}

/// Those that do not do their work and should. One that was named should, whatever its state.
std::vector<AgentSnapshot> unready(const ReadyOptions& options, const FleetSnapshot& fleet) {
    std::vector<AgentSnapshot> found;
    std::ranges::copy_if(fleet.agents, std::back_inserter(found), [&](const AgentSnapshot& agent) {
        const bool is_meant = !options.names.empty() || agent.is_expected_to_run();
        return is_meant && !agent.does_its_work();
    });
    return found;
}

bool has_failed(const AgentSnapshot& agent) {
    return agent.state == text_of(AgentState::failed);
}

int tell(const std::vector<AgentSnapshot>& agents, const ReadyOptions& options) {
    if (agents.empty()) {
        std::puts("Ready.");
        return exit_ok;
    }
    if (!options.waits || std::ranges::all_of(agents, has_failed)) {
        (void)std::fprintf(stderr, "drover: Not ready: %s.\n", list_of(agents).c_str());
        return exit_unhealthy;
    }
    return report(
        {ErrorKind::timed_out,
         "Not ready after " + duration_text(options.timeout) + ": " + list_of(agents) + "."});
}

/// Whether another look can change the answer.
bool is_worth_waiting(const Result<FleetSnapshot>& fleet, const ReadyOptions& options) {
    if (!fleet) {
        return fleet.error().kind == ErrorKind::unavailable;
    }
    const auto agents = unready(options, fleet.value());
    return !agents.empty() && !std::ranges::all_of(agents, has_failed);
}

}  // namespace

int run_ready(const ReadyOptions& options) {
    constexpr auto pause = std::chrono::milliseconds(50);
    const Monotonic deadline = monotonic_now() + options.timeout;
    auto fleet = look(options);
    while (options.waits && is_worth_waiting(fleet, options) && monotonic_now() < deadline) {
        std::this_thread::sleep_for(pause);
        auto next = look(options);
        fleet = std::move(next);
    }
    return fleet ? tell(unready(options, fleet.value()), options) : report_answer(fleet.error());
}

}  // namespace drover
