/// The three wishes, and when each is fulfilled.
#include "command/wish_verb.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>

#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/person.hpp"
#include "command/waiting.hpp"
#include "command/wish_targets.hpp"
#include "supervisor/agent_state.hpp"

namespace drover {

namespace {

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

/// The command as it was typed: "stop risk broker --with-dependents".
std::string typed_of(const WishOptions& options) {
    std::string typed = method_of(options.wish);
    for (const std::string& name : options.names) {
        typed += " " + name;
    }
    for (const std::string& group : options.groups) {
        typed += " --group " + group;
    }
    typed += options.is_for_all ? " --all" : "";
    typed += options.with_dependents ? " --with-dependents" : "";
    return typed + (options.is_rolling ? " --rolling" : "");
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

/// `overruled`: somebody has wished otherwise since.
enum class Outcome { open, fulfilled, failed, overruled };

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
    if (agent.state == text_of(AgentState::stopped)) {
        return Outcome::overruled;
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
    if (const auto overruled = with(Outcome::overruled, fleet.value()); !overruled.empty()) {
        return report({ErrorKind::refused,
                       "Stopped again meanwhile: " + list_of(overruled) + "; the wish to " +
                           method_of(options.wish) + " is over."});
    }
    if (!open.empty()) {
        return report({ErrorKind::timed_out,
                       "Still waiting for " + list_of(open) + "; the wish to " +
                           method_of(options.wish) + " stands."});
    }
    for (const AgentSnapshot& agent : with(Outcome::fulfilled, fleet.value())) {
        std::printf("%s is %s.\n", agent.name.c_str(), agent.state.c_str());
    }
    (void)std::fflush(stdout);
    return exit_ok;
}

/// Asks droverd and waits until it is done, where that is wanted.
int wish_and_wait(ControlClient& client, const WishOptions& options, const Json& params) {
    const auto before = look_at_fleet(client);
    if (!before) {
        return report(before.error());
    }
    const auto taken = client.call(method_of(options.wish), params, answer_time);
    if (!taken) {
        return report_answer(taken.error());
    }
    if (const auto warning = value_or<std::string>(taken.value(), "warning", "");
        !warning.empty()) {
        (void)std::fprintf(stderr, "warning: %s\n", printable(warning).c_str());
    }
    const auto names =
        value_or<std::vector<std::string>>(taken.value(), "agents", std::vector<std::string>());
    if (options.waits) {
        return wait_for_wish(client, options, names, processes_of(before.value()));
    }
    for (const std::string& name : names) {
        std::printf("%s: the wish to %s is taken.\n", name.c_str(), method_of(options.wish));
    }
    return exit_ok;
}

/// One after the other, each working again before the next one is touched.
int roll(ControlClient& client, const WishOptions& options, const std::vector<std::string>& names) {
    for (std::size_t index = 0; index < names.size(); ++index) {
        const Json params = {{"names", {names[index]}}, {"by", wished_by(typed_of(options))}};
        if (const int code = wish_and_wait(client, options, params); code != exit_ok) {
            std::string left;
            for (std::size_t next = index + 1; next < names.size(); ++next) {
                left += (left.empty() ? "" : ", ") + names[next];
            }
            (void)std::fprintf(stderr,
                               "drover: The rolling restart ends at %s%s.\n",
                               names[index].c_str(),
                               left.empty() ? "" : ("; not restarted: " + left).c_str());
            return code;
        }
    }
    return exit_ok;
}

}  // namespace

int run_wish(const WishOptions& options) {
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    Json params = {{"by", wished_by(typed_of(options))}};
    if (options.is_for_all && !options.is_rolling) {
        params["all"] = true;
        return wish_and_wait(client.value(), options, params);
    }
    const bool are_names_all = options.groups.empty() && !options.with_dependents;
    if (are_names_all && !options.is_rolling) {
        params["names"] = options.names;
        return wish_and_wait(client.value(), options, params);
    }
    const auto fleet = look_at_fleet(client.value());
    if (!fleet) {
        return report(fleet.error());
    }
    const auto names =
        options.is_for_all
            ? Result<std::vector<std::string>>(names_of_all(fleet.value()))
            : names_of({options.names, options.groups, options.with_dependents}, fleet.value());
    if (!names) {
        return report_answer(names.error());
    }
    if (options.is_rolling) {
        return roll(client.value(), options, names.value());
    }
    params["names"] = names.value();
    return wish_and_wait(client.value(), options, params);
}

}  // namespace drover
