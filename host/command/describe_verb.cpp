/// Asking droverd about an agent, or a child about a plugin.
#include "command/describe_verb.hpp"

#include <cstdio>
#include <optional>
#include <utility>

#include <drover/description.h>

#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/last_crash.hpp"
#include "command/outline.hpp"
#include "fleet/describe.hpp"
#include "process/programs_folder.hpp"

namespace drover {

namespace {

bool is_file(const std::string& subject) {
    return subject.find('/') != std::string::npos || subject.ends_with(".so");
}

Json port_json(const PortDescription& port) {
    Json directions = Json::array();
    const std::pair<std::uint32_t, const char*> words[] = {
        {DROVER_PORT_IN, "in"},
        {DROVER_PORT_OUT, "out"},
        {DROVER_PORT_REQUEST_SERVER, "request_server"},
        {DROVER_PORT_REQUEST_CLIENT, "request_client"}};
    for (const auto& [flag, word] : words) {
        if ((port.flags & flag) != 0) {
            directions.push_back(word);
        }
    }
    return {{"name", port.name},
            {"directions", std::move(directions)},
            {"topic", port.topic},
            {"type",
             port.type ? Json(port.type->name + "/" + std::to_string(port.type->version))
                       : Json("any")},
            {"description", port.description}};
}

/// A text that holds JSON, as JSON.
Json nested(const std::string& text) {
    const auto parsed = parse_json(text.empty() ? "{}" : text);
    return parsed ? parsed.value() : Json(text);
}

Json options_json(const std::string& config_schema) {
    Json options = Json::array();
    const Json schema = nested(config_schema);
    // items() only borrows: the object must outlive the loop.
    const Json properties =
        schema.is_object() ? value_or<Json>(schema, "properties", Json::object()) : Json::object();
    for (const auto& [name, about] : properties.items()) {
        options.push_back({{"key", name},
                           {"type", value_or<Json>(about, "type", Json("any"))},
                           {"default", value_or<Json>(about, "default", Json(nullptr))},
                           {"description", value_or<std::string>(about, "description", "")}});
    }
    return options;
}

/// What people read of a library: no field tables, the config's keys as a list.
std::string library_text(const LibraryDescription& library) {
    std::string text = outline_of(
        {{"plugin", library.file},
         {"abi", std::to_string(library.abi_major) + "." + std::to_string(library.abi_minor)},
         {"build", library.build},
         {"build_id", library.build_id}});
    for (const AgentDescription& agent : library.agents) {
        Json ports = Json::array();
        for (const PortDescription& port : agent.ports) {
            ports.push_back(port_json(port));
        }
        text += "\n" + outline_of({{"agent", agent.name},
                                   {"version", agent.version},
                                   {"vendor", agent.vendor},
                                   {"description", agent.description},
                                   {"state_version", agent.state_version},
                                   {"example_config", to_line(nested(agent.config_example))},
                                   {"ports", std::move(ports)},
                                   {"config", options_json(agent.config_schema)}});
    }
    return text;
}

int describe_file(const DescribeVerbOptions& options) {
    DescribeOptions how;
    how.agent_program = programs_folder() / "drover-agent";
    const auto library = describe_in_child(std::filesystem::absolute(options.subject), how);
    if (!library) {
        return report({ErrorKind::invalid, library.error().message});
    }
    const std::string text = options.as_json ? to_line(to_json(*library.value())) + "\n"
                                             : library_text(*library.value());
    (void)std::fputs(text.c_str(), stdout);
    return exit_ok;
}

int print_agent(Json document, const std::optional<Json>& crash, bool as_json) {
    if (!as_json && crash) {
        document["last_crash"] = readable_crash(*crash);
    } else if (as_json) {
        document["last_crash"] = crash ? *crash : Json(nullptr);
    }
    const std::string text = as_json ? to_line(document) + "\n" : outline_of(document);
    (void)std::fputs(text.c_str(), stdout);
    return exit_ok;
}

int describe_agent(const DescribeVerbOptions& options) {
    const auto crash = last_crash_of(options.state_directory, options.subject);
    auto client = ControlClient::connect(options.state_directory);
    if (!client && crash) {
        (void)std::fputs("drover: No droverd runs there; this is the last crash report.\n", stderr);
        return print_agent({{"name", options.subject}}, crash, options.as_json);
    }
    if (!client) {
        return report({client.error().kind,
                       client.error().message +
                           " A plugin's file is described without one: drover describe FILE.so."});
    }
    const auto document = client.value().call("describe", {{"name", options.subject}}, answer_time);
    if (!document) {
        return report_answer(document.error());
    }
    return print_agent(document.value(), crash, options.as_json);
}

}  // namespace

int run_describe(const DescribeVerbOptions& options) {
    return is_file(options.subject) ? describe_file(options) : describe_agent(options);
}

}  // namespace drover
