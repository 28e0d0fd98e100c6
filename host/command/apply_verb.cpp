/// Asking, showing the plan, and waiting until it is done.
#include "command/apply_verb.hpp"

#include <cstdio>
#include <map>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/fleet_file.hpp"
#include "command/person.hpp"
#include "command/plan_text.hpp"
#include "command/waiting.hpp"
#include "supervisor/agent_state.hpp"

namespace drover {

namespace {

/// Plugins are described before droverd is asked; what is left takes droverd little time.
/// Every agent may be described anew before the plan is known.
constexpr auto longest_plan = std::chrono::seconds(60);

std::string typed_of(const ApplyOptions& options) {
    std::string typed = "apply";
    if (options.file) {
        typed += " -f " + options.file->string();
    }
    if (options.rollback) {
        typed += " --rollback " + std::to_string(*options.rollback);
    }
    return typed;
}

/// The processes before: one that is to restart and still is the old one has not restarted.
using Processes = std::map<std::string, std::optional<pid_t>>;

std::vector<std::string> names_in(const Json& answer, const char* key) {
    std::vector<std::string> names;
    for (const Json& change : value_or<Json>(answer, key, Json::array())) {
        names.push_back(value_or<std::string>(change, "name", ""));
    }
    return names;
}

/// What droverd began to do, and when it is done.
class Undertaking {
public:
    Undertaking(const Json& answer, const FleetSnapshot& before)
        : starts_(names_in(answer, "add")),
          restarts_(names_in(answer, "restart")),
          goes_(names_in(answer, "remove")) {
        for (const AgentSnapshot& agent : before.agents) {
            before_[agent.name] = agent.pid;
        }
    }

    /// Agents that have not come as far as they shall.
    [[nodiscard]] std::vector<AgentSnapshot> open(const FleetSnapshot& fleet) const {
        std::vector<AgentSnapshot> open;
        for (const auto* names : {&starts_, &restarts_}) {
            for (const std::string& name : *names) {
                const AgentSnapshot* const agent = fleet.find(name);
                if (agent != nullptr && !has_come(*agent, names == &restarts_) &&
                    agent->state != text_of(AgentState::failed)) {
                    open.push_back(*agent);
                }
            }
        }
        for (const std::string& name : goes_) {
            const AgentSnapshot* const agent = fleet.find(name);
            if (agent != nullptr && agent->state != text_of(AgentState::disabled)) {
                open.push_back(*agent);
            }
        }
        return open;
    }

    [[nodiscard]] std::vector<AgentSnapshot> troubled(const FleetSnapshot& fleet) const {
        std::vector<AgentSnapshot> troubled;
        for (const auto* names : {&starts_, &restarts_}) {
            for (const std::string& name : *names) {
                const AgentSnapshot* const agent = fleet.find(name);
                if (agent != nullptr && agent->is_troubled()) {
                    troubled.push_back(*agent);
                }
            }
        }
        return troubled;
    }

private:
    [[nodiscard]] bool has_come(const AgentSnapshot& agent, bool is_restart) const {
        const auto old = before_.find(agent.name);
        const bool is_old_life =
            is_restart && old != before_.end() && old->second && old->second == agent.pid;
        return !is_old_life && (agent.does_its_work() || !agent.is_expected_to_run());
    }

    std::vector<std::string> starts_;
    std::vector<std::string> restarts_;
    std::vector<std::string> goes_;
    Processes before_;
};

int tell_faults(const Json& answer, bool as_json) {
    if (as_json) {
        std::puts(to_line(answer).c_str());
        return exit_failed;
    }
    std::vector<Fault> faults;
    for (const Json& fault : value_or<Json>(answer, "faults", Json::array())) {
        faults.push_back({{value_or<std::string>(fault, "file", ""),
                           value_or<int>(fault, "line", 0),
                           value_or<int>(fault, "column", 0)},
                          value_or<std::string>(fault, "message", "")});
    }
    print_faults(faults);
    (void)std::fprintf(stderr,
                       "drover: %zu fault%s found; nothing has changed.\n",
                       faults.size(),
                       faults.size() == 1 ? "" : "s");
    return exit_failed;
}

void tell_warnings(const Json& answer) {
    for (const Json& warning : value_or<Json>(answer, "warnings", Json::array())) {
        const Fault told{{value_or<std::string>(warning, "file", ""),
                          value_or<int>(warning, "line", 0),
                          value_or<int>(warning, "column", 0)},
                         value_or<std::string>(warning, "message", "")};
        (void)std::fprintf(stderr, "warning: %s\n", told.text().c_str());
    }
}

int list_applied(ControlClient& client, bool as_json) {
    const auto answer = client.call("applied", Json::object(), longest_plan);
    if (!answer) {
        return report_answer(answer.error());
    }
    if (as_json) {
        std::puts(to_line(answer.value()).c_str());
        return exit_ok;
    }
    for (const Json& applied : value_or<Json>(answer.value(), "files", Json::array())) {
        const auto back = value_or<std::size_t>(applied, "rollback", 0);
        std::printf("%-12s  %s  %s  %s\n",
                    back == 0 ? "in use" : ("--rollback " + std::to_string(back)).c_str(),
                    value_or<std::string>(applied, "time", "").c_str(),
                    value_or<std::string>(applied, "file", "").c_str(),
                    value_or<std::string>(applied, "by", "").c_str());
    }
    return exit_ok;
}

/// What droverd is asked. The plugins of the file are described here, so that droverd finds them
/// in its cache and nobody waits for one that hangs.
Json params_of(const ApplyOptions& options, const std::string& typed) {
    Json params = {
        {"dry_run", options.is_dry_run}, {"saved", options.is_saved}, {"by", wished_by(typed)}};
    if (options.rollback) {
        params["rollback"] = *options.rollback;
    } else if (options.file) {
        std::error_code fault;
        const auto file = std::filesystem::absolute(*options.file, fault).lexically_normal();
        describe_plugins(file, options.state_directory);
        params["file"] = file.string();
    }
    return params;
}

}  // namespace

int wait_until_taken(ControlClient& client,
                     std::chrono::milliseconds timeout,
                     const Json& answer,
                     const FleetSnapshot& before,
                     const char* undo) {
    const Undertaking undertaking(answer, before);
    const auto fleet = wait_for_fleet(
        client, timeout, [&](const FleetSnapshot& now) { return undertaking.open(now).empty(); });
    if (!fleet) {
        return report(fleet.error());
    }
    if (const auto troubled = undertaking.troubled(fleet.value()); !troubled.empty()) {
        (void)std::fprintf(stderr,
                           "drover: Applied, but not running and healthy: %s. %s\n",
                           list_of(troubled).c_str(),
                           undo);
        return exit_unhealthy;
    }
    if (const auto open = undertaking.open(fleet.value()); !open.empty()) {
        return report({ErrorKind::timed_out,
                       "Applied, and still waiting for " + list_of(open) + "; it goes on."});
    }
    return exit_ok;
}

int run_apply(const ApplyOptions& options) {
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    if (options.is_list) {
        return list_applied(client.value(), options.as_json);
    }
    const auto document = client.value().call("status", Json::object(), longest_plan);
    if (!document) {
        return report_answer(document.error());
    }
    const Json supervisor = value_or<Json>(document.value(), "supervisor", Json::object());
    ApplyOptions named = options;
    if (!named.file && !named.rollback) {
        named.file = value_or<std::string>(supervisor, "file", "");
    }
    const FleetSnapshot before = read_fleet_snapshot(document.value());
    const auto answer =
        client.value().call("apply", params_of(named, typed_of(options)), longest_plan);
    if (!answer) {
        return report_answer(answer.error());
    }
    if (!value_or(answer.value(), "ok", false)) {
        return tell_faults(answer.value(), options.as_json);
    }
    if (options.as_json) {
        std::puts(to_line(answer.value()).c_str());
    } else {
        tell_warnings(answer.value());
        std::fputs(plan_text(answer.value()).c_str(), stdout);
    }
    if (options.is_dry_run || options.is_saved) {
        return exit_ok;
    }
    return wait_until_taken(client.value(),
                            options.timeout,
                            answer.value(),
                            before,
                            "'drover apply --rollback' returns to the file before.");
}

}  // namespace drover
