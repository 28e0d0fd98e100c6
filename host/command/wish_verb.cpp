/// The three wishes, and when each is fulfilled.
#include "command/wish_verb.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>

#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/person.hpp"
#include "command/waiting.hpp"
#include "supervisor/agent_state.hpp"

namespace drover {

namespace {

constexpr auto answer_time = std::chrono::seconds(10);

const char* method_of(Wish wish) {
    switch (wish) {
        case Wish::start:
            return "start";
        case Wish::stop:
            return "stop";
        case Wish::restart:
            return "restart";
    }
    return "start";
}

/// The command as it was typed: "stop risk broker".
std::string typed_of(const WishOptions& options) {
    std::string typed = method_of(options.wish);
    for (const std::string& name : options.names) {
        typed += " " + name;
    }
    return options.names.empty() ? typed + " --all" : typed;
}

/// The processes before a restart: one that still runs has not been restarted.
using Processes = std::map<std::string, std::optional<pid_t>>;

Processes processes_of(const FleetSnapshot& fleet) {
    Processes processes;
    for (const AgentSnapshot& agent : fleet.agents) {
        processes[agent.name] = agent.pid;
    }
    return processes;
}

enum class Outcome { open, fulfilled, failed };

Outcome outcome_of(Wish wish, const AgentSnapshot& agent, const Processes& before) {
    if (wish == Wish::stop) {
        const bool has_ended = !agent.pid && agent.state != text_of(AgentState::stopping);
        return has_ended ? Outcome::fulfilled : Outcome::open;
    }
    const auto old = before.find(agent.name);
    const bool is_old_life =
        wish == Wish::restart && old != before.end() && old->second && old->second == agent.pid;
    if (is_old_life) {
        return Outcome::open;
    }
    if (agent.state == text_of(AgentState::failed)) {
        return Outcome::failed;
    }
    return agent.does_its_work() || !agent.is_expected_to_run() ? Outcome::fulfilled
                                                                : Outcome::open;
}

std::vector<AgentSnapshot> with_outcome(Outcome outcome,
                                        Wish wish,
                                        const FleetSnapshot& fleet,
                                        const std::vector<std::string>& names,
                                        const Processes& before) {
    std::vector<AgentSnapshot> found;
    for (const std::string& name : names) {
        const AgentSnapshot* agent = fleet.find(name);
        if (agent != nullptr && outcome_of(wish, *agent, before) == outcome) {
            found.push_back(*agent);
        }
    }
    return found;
}

int tell_troubled(const std::vector<AgentSnapshot>& agents) {
    (void)std::fprintf(stderr, "drover: Not running and healthy: %s.\n", list_of(agents).c_str());
    return exit_unhealthy;
}

int wait_for_wish(ControlClient& client,
                  const WishOptions& options,
                  const std::vector<std::string>& names,
                  const Processes& before) {
    const auto with = [&](Outcome outcome, const FleetSnapshot& fleet) {
        return with_outcome(outcome, options.wish, fleet, names, before);
    };
    const auto fleet = wait_for_fleet(client, options.timeout, [&](const FleetSnapshot& now) {
        return with(Outcome::open, now).empty();
    });
    if (!fleet) {
        return report(fleet.error());
    }
    std::vector<AgentSnapshot> troubled = with(Outcome::failed, fleet.value());
    const auto open = with(Outcome::open, fleet.value());
    if (options.wish != Wish::stop) {
        std::ranges::copy_if(open, std::back_inserter(troubled), &AgentSnapshot::is_troubled);
    }
    if (!troubled.empty()) {
        return tell_troubled(troubled);
    }
    if (!open.empty()) {
        return report({ErrorKind::timed_out,
                       "Still waiting for " + list_of(open) + "; the wish to " +
                           method_of(options.wish) + " stands."});
    }
    for (const AgentSnapshot& agent : with(Outcome::fulfilled, fleet.value())) {
        std::printf("%s is %s.\n", agent.name.c_str(), agent.state.c_str());
    }
    return exit_ok;
}

}  // namespace

int run_wish(const WishOptions& options) {
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    const auto before = look_at_fleet(client.value());
    if (!before) {
        return report(before.error());
    }
    Json params = options.names.empty() ? Json{{"all", true}} : Json{{"names", options.names}};
    params["by"] = wished_by(typed_of(options));
    const auto taken = client.value().call(method_of(options.wish), params, answer_time);
    if (!taken) {
        return report_answer(taken.error());
    }
    const auto names =
        value_or<std::vector<std::string>>(taken.value(), "agents", std::vector<std::string>());
    return wait_for_wish(client.value(), options, names, processes_of(before.value()));
}

}  // namespace drover
