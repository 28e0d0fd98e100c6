/// The wish, the waiting, and who blocks.
#include "command/down_verb.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/person.hpp"
#include "command/waiting.hpp"

namespace drover {

namespace {

using std::chrono::milliseconds;

constexpr auto answer_time = std::chrono::seconds(10);

std::vector<AgentSnapshot> who_blocks(const std::filesystem::path& state_directory) {
    std::vector<AgentSnapshot> blocking;
    auto client = ControlClient::connect(state_directory);
    const auto fleet = client ? look_at_fleet(client.value()) : client.error();
    if (fleet) {
        std::ranges::copy_if(fleet.value().agents,
                             std::back_inserter(blocking),
                             [](const AgentSnapshot& agent) { return agent.pid.has_value(); });
    }
    return blocking;
}

milliseconds left_until(Monotonic deadline) {
    return std::max(std::chrono::duration_cast<milliseconds>(deadline - monotonic_now()),
                    milliseconds(0));
}

/// Waits for the end of the connection, telling every few seconds who blocks.
bool wait_for_end(ControlClient& client, const DownOptions& options, Monotonic deadline) {
    constexpr milliseconds between_reminders = std::chrono::seconds(3);
    while (!client.wait_for_end(std::min(left_until(deadline), between_reminders))) {
        if (left_until(deadline) == milliseconds(0)) {
            return false;
        }
        if (const auto blocking = who_blocks(options.state_directory); !blocking.empty()) {
            std::fprintf(stderr, "waiting for %s\n", list_of(blocking).c_str());
        }
    }
    return true;
}

}  // namespace

int run_down(const DownOptions& options) {
    const Monotonic deadline = monotonic_now() + options.timeout;
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    const auto about = client.value().call("ping", Json::object(), answer_time);
    const auto taken =
        about ? client.value().call("shutdown", {{"by", wished_by("down")}}, answer_time) : about;
    if (!taken) {
        return report(taken.error());
    }
    // The connection ends with the supervisor; the guard, which holds the lock, follows it.
    const auto guard = value_or<pid_t>(about.value(), "guard_pid", -1);
    if (wait_for_end(client.value(), options, deadline) &&
        (guard <= 0 || wait_for_process_end(guard, left_until(deadline)))) {
        std::puts("The fleet is down.");
        return exit_ok;
    }
    const auto blocking = who_blocks(options.state_directory);
    return report({ErrorKind::timed_out,
                   "The fleet is still stopping" +
                       (blocking.empty() ? "" : "; it waits for " + list_of(blocking)) + "."});
}

}  // namespace drover
