#include "command/control_verbs.hpp"

#include <cstdio>

#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"

namespace drover {
namespace {

constexpr auto answer_time = std::chrono::seconds(10);

std::string past_tense(const std::string& method) {
    return method == "stop" ? "stopping" : method == "start" ? "starting" : "restarting";
}

}  // namespace

int run_control(const ControlOptions& options) {
    if (options.all != options.names.empty()) {
        (void)report({ErrorKind::invalid,
                      "Name the agents to " + options.method + ", or say --all, and not both."});
        return exit_usage;
    }
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    const Json params = options.all ? Json{{"all", true}} : Json{{"names", options.names}};
    const auto answer = client.value().call(options.method, params, answer_time);
    if (!answer) {
        return report(answer.error());
    }
    std::string names;
    for (const Json& name : value_or(answer.value(), "agents", Json::array())) {
        names += (names.empty() ? "" : ", ") + name.get<std::string>();
    }
    std::printf(
        "%s: %s\n", past_tense(options.method).c_str(), names.empty() ? "nothing" : names.c_str());
    return exit_ok;
}

}  // namespace drover
