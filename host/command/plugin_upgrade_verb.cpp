/// Asks for it, waits for how it went, and says what agents.yaml still lacks.
#include "command/plugin_upgrade_verb.hpp"

#include <cstdio>
#include <system_error>

#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/fleet_file.hpp"
#include "command/person.hpp"
#include "supervisor/agent_state.hpp"
#include "supervisor/reasons.hpp"

namespace drover {

namespace {

int tell_upgraded(const PluginUpgradeOptions& options, const Json& answer) {
    std::printf("%s runs with %s%s; it did its work for %s.\n",
                options.agent.c_str(),
                value_or<std::string>(answer, "file", "").c_str(),
                value_or<std::string>(answer, "version", "").empty()
                    ? ""
                    : (" (version " + value_or<std::string>(answer, "version", "") + ")").c_str(),
                duration_text(options.trial).c_str());
    const auto written = value_or<std::string>(answer, "written", "");
    if (written.empty()) {
        return exit_ok;  // The file says it already.
    }
    std::printf(
        "%s still says 'plugin: %s': write the new file there, or the next 'drover up' or "
        "'drover apply' takes it back.\n",
        value_or<std::string>(answer, "fleet_file", "agents.yaml").c_str(),
        written.c_str());
    return exit_ok;
}

int tell_rolled_back(const PluginUpgradeOptions& options, const Json& answer) {
    const auto state = value_or<std::string>(answer, "old_state", "");
    const bool runs = state.empty() || state == text_of(AgentState::running);
    const std::string now =
        runs ? ""
             : " It is " + state + ": " + value_or<std::string>(answer, "old_reason", "") + ".";
    (void)std::fprintf(stderr,
                       "drover: %s is back at %s, because %s failed: %s.%s\n",
                       options.agent.c_str(),
                       value_or<std::string>(answer, "before", "").c_str(),
                       value_or<std::string>(answer, "file", "").c_str(),
                       printable(value_or<std::string>(answer, "reason", "")).c_str(),
                       printable(now).c_str());
    return exit_failed;
}

/// What the new plugin had said last, a line each.
std::string last_lines_in(const Json& answer) {
    std::string text;
    for (const Json& line : value_or(answer, "last_lines", Json::array())) {
        text += "\n  " + printable(value_or<std::string>(line, "level", "")) + ": " +
                printable(value_or<std::string>(line, "message", ""));
    }
    return text.empty() ? "" : "\nIts last lines:" + text;
}

int tell_refused(const PluginUpgradeOptions& options, const Json& answer) {
    (void)std::fprintf(
        stderr,
        "drover: %s works on with %s, which was not touched: %s failed beside it: %s. Mend the new "
        "plugin, or give --without-rehearsal if it cannot start while the old one runs.%s\n",
        options.agent.c_str(),
        value_or<std::string>(answer, "before", "").c_str(),
        value_or<std::string>(answer, "file", "").c_str(),
        printable(value_or<std::string>(answer, "reason", "")).c_str(),
        last_lines_in(answer).c_str());
    return exit_failed;
}

}  // namespace

int run_plugin_upgrade(const PluginUpgradeOptions& options) {
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    std::error_code fault;
    const auto file = std::filesystem::weakly_canonical(options.file, fault);
    if (fault || !std::filesystem::is_regular_file(file, fault)) {
        return report(
            {ErrorKind::not_found,
             "There is no plugin file '" + options.file.string() + "'. Nothing has changed."});
    }
    describe_plugin(file, options.state_directory);
    const auto answer = client.value().call(
        "upgrade",
        {{"name", options.agent},
         {"file", file.string()},
         {"trial_ms", options.trial.count()},
         {"rehearsal", !options.without_rehearsal},
         {"by", wished_by("upgrade " + options.agent + " " + options.file.string())}},
        options.trial + options.timeout);
    if (!answer && answer.error().kind == ErrorKind::timed_out) {
        return report({ErrorKind::timed_out,
                       "The upgrade of '" + options.agent +
                           "' is not over yet and goes on; 'drover describe " + options.agent +
                           "' shows how far it is."});
    }
    if (!answer) {
        return report_answer(answer.error());
    }
    const auto outcome = value_or<std::string>(answer.value(), "outcome", "");
    if (outcome == "refused") {
        return tell_refused(options, answer.value());
    }
    return outcome == "upgraded" ? tell_upgraded(options, answer.value())
                                 : tell_rolled_back(options, answer.value());
}

}  // namespace drover
