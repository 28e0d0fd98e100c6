/// Which script, and where names come from.
#include "command/completion_verb.hpp"

#include <cstdio>

#include "base/json_value.hpp"
#include "command/completion.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/fleet_snapshot.hpp"
#include "config/fleet_config.hpp"

namespace drover {

namespace {

/// Nobody reads a sentence in the middle of typing: what cannot be found out has no names.
void print_names(const std::filesystem::path& state_directory) {
    constexpr auto longest_pause = std::chrono::seconds(1);
    auto client = ControlClient::connect(state_directory, ControlClient::no_patience);
    const auto document = client ? client.value().call("status", Json::object(), longest_pause)
                                 : Result<Json>(client.error());
    if (document) {
        for (const AgentSnapshot& agent : read_fleet_snapshot(document.value()).agents) {
            std::puts(agent.name.c_str());
        }
        return;
    }
    for (const AgentConfig& agent : read_fleet_config("agents.yaml", {}).config.agents) {
        std::puts(agent.name.c_str());
    }
}

}  // namespace

int run_completion(const CompletionOptions& options, const VerbEntry& tree) {
    if (options.what == "names") {
        print_names(options.state_directory);
        return exit_ok;
    }
    const Shell shell = options.what == "bash"  ? Shell::bash
                        : options.what == "zsh" ? Shell::zsh
                                                : Shell::fish;
    (void)std::fputs(completion_script(tree, shell).c_str(), stdout);
    return exit_ok;
}

}  // namespace drover
