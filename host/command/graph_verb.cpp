/// Reading a file or asking droverd, and writing the form that was asked for.
#include "command/graph_verb.hpp"

#include <chrono>
#include <cstdio>
#include <string>

#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/fleet_file.hpp"
#include "command/graph_text.hpp"

namespace drover {

namespace {

Result<FleetGraph> graph_of_running_fleet(const std::filesystem::path& state_directory) {
    auto client = ControlClient::connect(state_directory);
    if (!client) {
        return Error{client.error().kind,
                     client.error().message +
                         " The graph of a file needs none: drover graph -f agents.yaml."};
    }
    const auto answer = client.value().call("graph", Json::object(), answer_time);
    if (!answer) {
        return answer.error();
    }
    return graph_from_json(answer.value());
}

std::string written(const FleetGraph& graph, GraphForm form) {
    switch (form) {
        case GraphForm::dot:
            return graph_as_dot(graph);
        case GraphForm::mermaid:
            return graph_as_mermaid(graph);
        case GraphForm::json:
            return to_line(to_json(graph)) + "\n";
        case GraphForm::text:
            break;
    }
    return graph_as_text(graph);
}

}  // namespace

int run_graph(const GraphOptions& options) {
    if (!options.file) {
        const auto graph = graph_of_running_fleet(options.state_directory);
        if (!graph) {
            return report(graph.error());
        }
        (void)std::fputs(written(graph.value(), options.form).c_str(), stdout);
        return exit_ok;
    }
    int exit_code = exit_failed;
    const auto fleet = read_fleet_file(*options.file, {}, exit_code);
    if (!fleet) {
        return exit_code;
    }
    (void)std::fputs(written(graph_of(*fleet), options.form).c_str(), stdout);
    return exit_ok;
}

}  // namespace drover
