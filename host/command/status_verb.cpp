/// Asking for the document and printing it.
#include "command/status_verb.hpp"

#include <algorithm>
#include <cstdio>

#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/fleet_snapshot.hpp"
#include "command/status_table.hpp"
#include "command/status_watch.hpp"
#include "command/text_table.hpp"

namespace drover {

Json status_params(const StatusOptions& options) {
    return options.names.empty() ? Json::object() : Json{{"names", options.names}};
}

int exit_code_of(const StatusOptions& options, const Json& document) {
    const FleetSnapshot fleet = read_fleet_snapshot(document);
    const bool is_troubled = std::ranges::any_of(options.names, [&](const std::string& name) {
        const AgentSnapshot* agent = fleet.find(name);
        return agent != nullptr && agent->is_troubled();
    });
    return is_troubled ? exit_unhealthy : exit_ok;
}

int run_status(const StatusOptions& options) {
    if (options.watch) {
        return watch_status(options, *options.watch);
    }
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    const auto document = client.value().call("status", status_params(options), answer_time);
    if (!document) {
        return report_answer(document.error());
    }
    const std::string text = options.as_json ? to_line(document.value()) + "\n"
                                             : status_text(document.value(), terminal_width());
    (void)std::fputs(text.c_str(), stdout);
    return exit_code_of(options, document.value());
}

}  // namespace drover
