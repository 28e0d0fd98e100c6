#include "command/backtest_verb.hpp"

#include <csignal>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <drover/description.h>

#include "base/json_value.hpp"
#include "command/backtest_profile.hpp"
#include "command/backtest_progress.hpp"
#include "command/backtest_report.hpp"
#include "command/child_with_request.hpp"
#include "command/exit_code.hpp"
#include "command/fleet_file.hpp"
#include "command/watched_simulation.hpp"
#include "fleet/instances.hpp"
#include "fleet/secret_config.hpp"
#include "fleet/simulation_part.hpp"

namespace drover {
namespace {

/// Quotes a text as a YAML scalar.
std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char letter : text) {
        result += letter == '\'' ? "''" : std::string(1, letter);
    }
    return result + "'";
}

Json names_json(const std::optional<std::vector<std::string>>& names) {
    return names ? Json(*names) : Json(nullptr);
}

Json rules_json(const FleetConfig& config) {
    Json rules = Json::array();
    for (const TopicRule& rule : config.topics) {
        rules.push_back({{"pattern", rule.pattern},
                         {"gated", rule.gated},
                         {"delivery", text_of(rule.delivery)},
                         {"publishers", names_json(rule.publishers)},
                         {"subscribers", names_json(rule.subscribers)}});
    }
    return rules;
}

/// Where the key lies by which instances share records, for each type that has it.
Json keys_json(const AgentConfig& agent, const PreparedAgent& prepared) {
    Json keys = Json::array();
    if (agent.distribution.mode != Distribution::Mode::by_key || prepared.description == nullptr) {
        return keys;
    }
    for (const PortDescription& port : prepared.description->ports) {
        const auto place = (port.flags & DROVER_PORT_IN) != 0 && port.type
                               ? key_place(*port.type, agent.distribution.key)
                               : std::nullopt;
        if (place) {
            keys.push_back({{"name", port.type->name},
                            {"version", port.type->version},
                            {"layout_hash", std::to_string(layout_hash(*port.type))},
                            {"offset", place->offset},
                            {"size", place->size}});
        }
    }
    return keys;
}

/// The request to the child, or why there can be none.
Result<Json> make_request(const PreparedFleet& fleet, const BacktestOptions& options) {
    const FleetConfig& config = fleet.config;
    Json agents = Json::array();
    bool has_clock = false;
    for (std::size_t index = 0; index < config.agents.size(); ++index) {
        const AgentConfig& agent = config.agents[index];
        const auto left_out = why_not_simulated(agent, fleet.agents[index]);
        if (!left_out && fleet.agents[index].cannot_run) {
            return Error{
                ErrorKind::invalid,
                "Agent '" + agent.name + "' cannot run: " + *fleet.agents[index].cannot_run};
        }
        const auto config_text = left_out
                                     ? Result<SecretConfig>(SecretConfig{agent.config_json, {}})
                                     : config_with_secrets(agent);
        if (!config_text) {
            return Error{ErrorKind::invalid,
                         "agent '" + agent.name + "': " + config_text.error().message};
        }
        has_clock = has_clock || (!left_out && config.replay_clock == agent.name);
        Json entry = {{"name", agent.name},
                      {"plugin", agent.plugin_file.string()},
                      {"agent", agent.agent},
                      {"config", config_text.value().json},
                      {"grants", fleet.agents[index].grants},
                      {"included", !left_out},
                      {"left_out", left_out ? Json(*left_out) : Json(nullptr)}};
        if (!agent.instance_of.empty()) {
            entry.update({{"instance_of", agent.instance_of},
                          {"distribution", text_of(agent.distribution.mode)},
                          {"keys", keys_json(agent, fleet.agents[index])}});
        }
        agents.push_back(std::move(entry));
    }
    if (!has_clock) {
        return Error{ErrorKind::invalid,
                     config.file.string() +
                         ": a backtest needs an agent that moves the time. Write `clock: {replay: "
                         "NAME}` with an agent that takes part."};
    }
    return Json{{"file", config.file.string()},
                {"fleet", config.name},
                {"replay_clock", *config.replay_clock},
                {"rules", rules_json(config)},
                {"agents", agents},
                {"hash", options.hash},
                {"profile", options.profile}};
}

/// Reads the file with everything the command line adds.
std::optional<PreparedFleet> read_fleet(const BacktestOptions& options, int& exit_code) {
    std::vector<Override> overrides;
    for (const std::string& text : options.sets) {
        auto parsed = parse_override(text);
        if (!parsed) {
            (void)report(parsed.error());
            exit_code = exit_usage;
            return std::nullopt;
        }
        overrides.push_back(std::move(parsed.value()));
    }
    const auto read = [&] {
        return options.running.empty() ? read_fleet_file(options.file, overrides, exit_code)
                                       : read_running_fleet(options.running, overrides, exit_code);
    };
    auto fleet = read();
    if (!fleet || !fleet->config.replay_clock || (!options.from && !options.to)) {
        return fleet;
    }
    const auto add = [&](const char* key, const std::optional<std::string>& value) {
        if (value) {
            overrides.push_back(Override{*fleet->config.replay_clock,
                                         {key},
                                         quoted(*value),
                                         std::string("--") + key + " " + *value});
        }
    };
    add("from", options.from);
    add("to", options.to);
    return read();
}

/// How many bars the summary counts; 0 where there is none.
std::uint64_t bars_in(const std::string& text) {
    const auto parsed = parse_json(text);
    return parsed ? value_or<std::uint64_t>(parsed.value(), "bars", 0) : 0;
}

/// Runs the simulation in a child and waits for what it answers.
Result<Json> run_in_child(const BacktestOptions& options,
                          const PreparedFleet& fleet,
                          Json request) {
    const AgentConfig& clock = *fleet.config.find(*fleet.config.replay_clock);
    BacktestProgress progress(::isatty(STDERR_FILENO) == 1 ? STDERR_FILENO : -1,
                              options.progress_descriptor,
                              end_of_range(clock.config_json));
    request["progress"] = progress.is_wanted();
    request["events"] = options.events.empty()
                            ? Json(nullptr)
                            : Json(std::filesystem::absolute(options.events).string());
    const auto page = StatusPage::create();
    if (!page) {
        return page.error();
    }
    auto child =
        ChildWithRequest::start("--simulate", request, "drover-agent", page.value().descriptor());
    if (!child) {
        return child.error();
    }
    WatchedSimulation watched(fleet, page.value().layout());
    const auto line = child.value().wait_for_answer(
        [&](const Json& told) { progress.show(told); },
        [&] {
            if (const auto slow = watched.look(monotonic_now(), child.value().pid())) {
                progress.warn(*slow);
            }
        });
    const ExitStatus status = child.value().wait_for_exit();
    if (!line) {
        return Error{
            ErrorKind::invalid,
            "The simulation ended without a result: " + status.text() + watched.last_place() + "."};
    }
    auto answer = parse_json(*line);
    return answer ? std::move(answer)
                  : Error{ErrorKind::invalid,
                          "The simulation answered no JSON: " + answer.error().message};
}

/// Whether the descriptor can be written to. A reader that goes away must not end the backtest.
bool prepare_progress(int descriptor) {
    if (descriptor < 0) {
        return true;
    }
    ::signal(SIGPIPE, SIG_IGN);
    const int flags = ::fcntl(descriptor, F_GETFL);
    return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

/// Of two dates; with times of day, which may have zones, the agent that reads them says so.
bool is_range_reversed(const BacktestOptions& options) {
    constexpr std::size_t date_length = 10;
    return options.from && options.to && options.from->size() == date_length &&
           options.to->size() == date_length && *options.from > *options.to;
}

}  // namespace

int run_backtest(const BacktestOptions& options) {
    if (!prepare_progress(options.progress_descriptor)) {
        (void)report({ErrorKind::invalid,
                      "--progress-fd " + std::to_string(options.progress_descriptor) +
                          ": this process was started without such a descriptor to write to."});
        return exit_usage;
    }
    if (is_range_reversed(options)) {
        return report_usage("--from " + *options.from + " lies after --to " + *options.to + ".",
                            "backtest");
    }
    int exit_code = exit_failed;
    auto fleet = read_fleet(options, exit_code);
    if (!fleet) {
        return exit_code;
    }
    // Each instance of a replicated agent takes part, as it does live.
    fleet = expand_instances(std::move(*fleet));
    auto request = make_request(*fleet, options);
    if (!request) {
        return report(request.error());
    }
    const auto answer = run_in_child(options, *fleet, std::move(request.value()));
    if (!answer) {
        return report({ErrorKind::invalid, answer.error().message});
    }
    if (answer.value().at("error").is_string()) {
        return report({ErrorKind::invalid, answer.value().at("error").get<std::string>()});
    }
    for (const Json& warning : answer.value().at("warnings")) {
        std::fprintf(stderr, "warning: %s\n", warning.get<std::string>().c_str());
    }
    if (const std::string warning = summary_warning(answer.value()); !warning.empty()) {
        std::fprintf(stderr, "warning: %s\n", warning.c_str());
    }
    const std::string text = backtest_document(answer.value());
    if (options.as_json) {
        std::puts(text.c_str());
    } else {
        std::fputs(backtest_table(text).c_str(), stdout);
        if (options.profile) {
            std::fputs(
                profile_table(answer.value().at("host").at("profile"), bars_in(text)).c_str(),
                stdout);
        }
    }
    return exit_ok;
}

}  // namespace drover
