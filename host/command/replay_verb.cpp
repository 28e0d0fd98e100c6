#include "command/replay_verb.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <optional>
#include <utility>

#include "base/json_value.hpp"
#include "base/names.hpp"
#include "base/printable_text.hpp"
#include "base/topic.hpp"
#include "command/child_with_request.hpp"
#include "command/exit_code.hpp"
#include "command/recorded_lives.hpp"
#include "command/watched_replay.hpp"
#include "process/status_page.hpp"

namespace drover {
namespace {

/// Has a child do it: only `drover-agent` loads plugins.
Result<Json> ask_child(const Json& request) {
    const auto page = StatusPage::create();
    if (!page) {
        return page.error();
    }
    auto child =
        ChildWithRequest::start("--replay", request, "drover-agent", page.value().descriptor());
    if (!child) {
        return child.error();
    }
    WatchedReplay watched(page.value().layout());
    std::optional<std::string> hang;
    const auto line = child.value().wait_for_answer(
        [&](const Json& told) { watched.take(told); },
        [&] {
            hang = hang ? hang : watched.look(monotonic_now(), child.value().pid());
            if (hang) {
                (void)::kill(child.value().pid(), SIGKILL);
            }
        });
    const ExitStatus status = child.value().wait_for_exit();
    if (!line) {
        return Error{ErrorKind::invalid,
                     hang ? *hang
                          : "The replay ended without a result: " + status.text() +
                                watched.last_place() + "."};
    }
    auto answer = parse_json(*line);
    if (!answer) {
        return Error{ErrorKind::invalid, "The replay answered no JSON: " + answer.error().message};
    }
    if (const auto error = value_or<std::string>(answer.value(), "error", ""); !error.empty()) {
        return Error{ErrorKind::invalid, error};
    }
    return answer;
}

Result<Json> replay_agent(const ReplayOptions& options, const RecordedLives& recorded) {
    auto configs = configs_with_secrets(recorded);
    if (!configs) {
        return configs.error();
    }
    const std::string plugin =
        options.plugin.empty() ? "" : std::filesystem::absolute(options.plugin).string();
    return ask_child({{"what", "agent"},
                      {"file", std::filesystem::absolute(options.file).string()},
                      {"agent", options.agent},
                      {"plugin", plugin},
                      {"configs", std::move(configs.value())}});
}

std::string shown(const Json& value) {
    return value.is_string() ? value.get<std::string>() : to_line(value);
}

/// "market-data, news".
std::string list_of_names(const Json& names) {
    std::string text;
    for (const Json& name : names) {
        text += (text.empty() ? "" : ", ") + shown(name);
    }
    return text;
}

/// One difference, over a few lines.
void print_difference(const Json& difference) {
    std::printf("  %s\n", printable(value_or<std::string>(difference, "sentence", "")).c_str());
    for (const Json& field : value_or(difference, "fields", Json::array())) {
        std::printf("    %-24s recorded %s, now %s\n",
                    printable(value_or<std::string>(field, "field", "")).c_str(),
                    printable(shown(value_or(field, "recorded", Json(nullptr)))).c_str(),
                    printable(shown(value_or(field, "replayed", Json(nullptr)))).c_str());
    }
}

void print_agent(const Json& answer) {
    const Json& differences = answer.at("differences");
    std::printf("%s: %s, %llu callbacks, %llu outputs%s\n",
                value_or<std::string>(answer, "agent", "").c_str(),
                differences.empty() ? "equal" : "different",
                value_or<unsigned long long>(answer, "inputs", 0),
                value_or<unsigned long long>(answer, "outputs", 0),
                value_or<std::uint64_t>(answer, "lives", 0) == 0 ? ", nothing to replay" : "");
    for (const Json& difference : differences) {
        print_difference(difference);
    }
    for (const Json& note : answer.at("notes")) {
        std::printf("  note: %s\n", printable(note.get<std::string>()).c_str());
    }
}

void note_torn(const RecordedLives& recorded) {
    if (!recorded.is_finished) {
        std::fprintf(stderr,
                     "warning: the recording was not brought to its end; %llu bytes after its last "
                     "whole block are left out.\n",
                     static_cast<unsigned long long>(recorded.torn_bytes));
    }
}

/// By the agent's time, first cause first.
void sort_differences(Json& differences) {
    std::vector<Json> sorted(differences.begin(), differences.end());
    std::ranges::stable_sort(sorted, [](const Json& left, const Json& right) {
        return value_or<std::int64_t>(left, "time", 0) < value_or<std::int64_t>(right, "time", 0);
    });
    differences = std::move(sorted);
}

int parity_of_agents(const ParityOptions& options, const RecordedLives& recorded) {
    Json agents = Json::array();
    Json differences = Json::array();
    std::uint64_t lives = 0;
    for (const std::string& agent : recorded.agents()) {
        auto answer = replay_agent({options.file, agent, {}, options.as_json}, recorded);
        if (!answer) {
            return report(answer.error());
        }
        lives += value_or<std::uint64_t>(answer.value(), "lives", 0);
        for (const Json& difference : answer.value().at("differences")) {
            differences.push_back(difference);
        }
        agents.push_back(std::move(answer.value()));
    }
    sort_differences(differences);
    if (options.as_json) {
        std::puts(to_line({{"equal", differences.empty() && lives > 0},
                           {"agents", agents},
                           {"differences", differences}})
                      .c_str());
    } else {
        for (const Json& agent : agents) {
            print_agent(agent);
        }
    }
    if (lives == 0) {
        return report({ErrorKind::invalid,
                       options.file.string() +
                           " holds no life from its beginning, so nothing can be replayed; begin "
                           "`drover record` before `drover up`, or with --restart."});
    }
    if (!options.as_json && !differences.empty()) {
        std::printf("The first difference is that of %s.\n",
                    value_or<std::string>(differences.front(), "agent", "").c_str());
    }
    return differences.empty() ? exit_ok : exit_failed;
}

int parity_of_fleet(const ParityOptions& options, const RecordedLives& recorded) {
    auto configs = configs_with_secrets(recorded);
    if (!configs) {
        return report(configs.error());
    }
    const auto answer = ask_child({{"what", "fleet"},
                                   {"file", std::filesystem::absolute(options.file).string()},
                                   {"topics", options.topics},
                                   {"configs", std::move(configs.value())}});
    if (!answer) {
        return report(answer.error());
    }
    const Json& differences = answer.value().at("differences");
    if (options.as_json) {
        std::puts(to_line(answer.value()).c_str());
    } else {
        std::printf("%s: %s; %llu messages compared, made from %llu outside inputs of %s\n",
                    printable(options.file.string()).c_str(),
                    differences.empty() ? "equal" : "different",
                    value_or<unsigned long long>(answer.value(), "compared", 0),
                    value_or<unsigned long long>(answer.value(), "inputs", 0),
                    list_of_names(value_or(answer.value(), "outside", Json::array())).c_str());
        for (const Json& difference : differences) {
            print_difference(difference);
        }
        for (const Json& note : answer.value().at("notes")) {
            std::printf("  note: %s\n", printable(note.get<std::string>()).c_str());
        }
    }
    return differences.empty() ? exit_ok : exit_failed;
}

}  // namespace

int run_replay(const ReplayOptions& options) {
    const auto recorded = read_recorded_lives(options.file);
    if (!recorded) {
        return report({ErrorKind::invalid, recorded.error().message});
    }
    const auto agents = recorded.value().agents();
    if (std::ranges::find(agents, options.agent) == agents.end()) {
        return report_usage(options.file.string() + " holds nothing of an agent named '" +
                                options.agent + "'." + did_you_mean(options.agent, agents),
                            "replay");
    }
    note_torn(recorded.value());
    const auto answer = replay_agent(options, recorded.value());
    if (!answer) {
        return report(answer.error());
    }
    if (options.as_json) {
        std::puts(to_line(answer.value()).c_str());
    } else {
        print_agent(answer.value());
    }
    if (value_or<std::uint64_t>(answer.value(), "lives", 0) == 0) {
        return report({ErrorKind::invalid,
                       "No life of '" + options.agent +
                           "' is recorded from its beginning; begin `drover record` before "
                           "`drover up`, or with --restart."});
    }
    return answer.value().at("differences").empty() ? exit_ok : exit_failed;
}

int run_parity(const ParityOptions& options) {
    for (const std::string& topic : options.topics) {
        if (!is_topic_pattern(topic)) {
            return report_usage("'" + topic + "' is no topic pattern.", "parity");
        }
    }
    const auto recorded = read_recorded_lives(options.file);
    if (!recorded) {
        return report({ErrorKind::invalid, recorded.error().message});
    }
    note_torn(recorded.value());
    return options.backtest ? parity_of_fleet(options, recorded.value())
                            : parity_of_agents(options, recorded.value());
}

}  // namespace drover
