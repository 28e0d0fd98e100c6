#include "command/status_verb.hpp"

#include <algorithm>
#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "base/names.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/status_table.hpp"

namespace drover {
namespace {

constexpr auto answer_time = std::chrono::seconds(10);
constexpr std::size_t no_limit = 100'000;

/// Columns of the terminal, or no limit where the output is none.
std::size_t output_width() {
    winsize size{};
    const bool is_terminal = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return is_terminal ? size.ws_col : no_limit;
}

bool is_bad(const Json& agent) {
    const auto health = value_or<std::string>(agent, "health", "");
    return value_or<std::string>(agent, "state", "") == "failed" || health == "unhealthy" ||
           health == "hung";
}

}  // namespace

int run_status(const StatusOptions& options) {
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    auto answer = client.value().call("status", Json::object(), answer_time);
    if (!answer) {
        return report(answer.error());
    }
    Json& document = answer.value();
    std::vector<std::string> known;
    std::vector<Json> shown;
    bool has_bad = false;
    for (const Json& agent : document.at("agents")) {
        const auto name = value_or<std::string>(agent, "name", "");
        known.push_back(name);
        const bool is_named = std::ranges::find(options.names, name) != options.names.end();
        if (options.names.empty() || is_named) {
            shown.push_back(agent);
            has_bad = has_bad || (is_named && is_bad(agent));
        }
    }
    for (const std::string& name : options.names) {
        if (std::ranges::find(known, name) == known.end()) {
            (void)report({ErrorKind::not_found,
                          "There is no agent '" + name + "'." + did_you_mean(name, known)});
            return exit_usage;
        }
    }
    if (options.as_json) {
        document["agents"] = shown;
        std::puts(document.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
    } else {
        std::fputs(status_head(document.at("supervisor")).c_str(), stdout);
        std::fputs(status_table(shown, output_width()).c_str(), stdout);
    }
    return has_bad ? exit_unhealthy : exit_ok;
}

}  // namespace drover
