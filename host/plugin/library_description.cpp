#include "plugin/library_description.hpp"

#include <algorithm>

#include "base/json_value.hpp"
#include "base/names.hpp"

namespace drover {
namespace {

Json type_json(const std::shared_ptr<const MessageType>& type) {
    return type ? to_json(*type) : Json(nullptr);
}

Json port_json(const PortDescription& port) {
    return {{"name", port.name},
            {"flags", port.flags},
            {"topic", port.topic},
            {"type", type_json(port.type)},
            {"reply_type", type_json(port.reply_type)},
            {"description", port.description}};
}

Json agent_json(const AgentDescription& agent) {
    Json ports = Json::array();
    for (const PortDescription& port : agent.ports) {
        ports.push_back(port_json(port));
    }
    return {{"name", agent.name},
            {"version", agent.version},
            {"vendor", agent.vendor},
            {"description", agent.description},
            {"flags", agent.flags},
            {"config_schema", agent.config_schema},
            {"config_example", agent.config_example},
            {"state_version", agent.state_version},
            {"ports", ports}};
}

Result<std::shared_ptr<const MessageType>> read_type(const Json& json) {
    if (json.is_null()) {
        return std::shared_ptr<const MessageType>();
    }
    auto type = message_type_from_json(json);
    if (!type) {
        return type.error();
    }
    return std::make_shared<const MessageType>(std::move(type.value()));
}

Result<PortDescription> read_port(const Json& json) {
    auto type = read_type(json.at("type"));
    auto reply_type = read_type(json.at("reply_type"));
    if (!type || !reply_type) {
        return type ? reply_type.error() : type.error();
    }
    return PortDescription{json.at("name").get<std::string>(),
                           json.at("flags").get<std::uint32_t>(),
                           json.at("topic").get<std::string>(),
                           type.value(),
                           reply_type.value(),
                           json.at("description").get<std::string>()};
}

Result<AgentDescription> read_agent(const Json& json) {
    AgentDescription agent;
    agent.name = json.at("name").get<std::string>();
    agent.version = json.at("version").get<std::string>();
    agent.vendor = json.at("vendor").get<std::string>();
    agent.description = json.at("description").get<std::string>();
    agent.flags = json.at("flags").get<std::uint32_t>();
    agent.config_schema = json.at("config_schema").get<std::string>();
    agent.config_example = json.at("config_example").get<std::string>();
    agent.state_version = json.at("state_version").get<std::uint32_t>();
    for (const Json& entry : json.at("ports")) {
        auto port = read_port(entry);
        if (!port) {
            return port.error();
        }
        agent.ports.push_back(std::move(port.value()));
    }
    return agent;
}

}  // namespace

const AgentDescription* LibraryDescription::find(const std::string& agent) const {
    const auto found = std::ranges::find(agents, agent, &AgentDescription::name);
    return found == agents.end() ? nullptr : &*found;
}

std::vector<std::string> LibraryDescription::agent_names() const {
    std::vector<std::string> names;
    for (const AgentDescription& agent : agents) {
        names.push_back(agent.name);
    }
    return names;
}

Json to_json(const LibraryDescription& library) {
    Json agents = Json::array();
    for (const AgentDescription& agent : library.agents) {
        agents.push_back(agent_json(agent));
    }
    return {{"file", library.file},
            {"build_id", library.build_id},
            {"build", library.build},
            {"abi_major", library.abi_major},
            {"abi_minor", library.abi_minor},
            {"agents", agents}};
}

Result<LibraryDescription> library_description_from_json(const Json& json) {
    try {
        LibraryDescription library;
        library.file = json.at("file").get<std::string>();
        library.build_id = json.at("build_id").get<std::string>();
        library.build = json.at("build").get<std::string>();
        library.abi_major = json.at("abi_major").get<std::uint32_t>();
        library.abi_minor = json.at("abi_minor").get<std::uint32_t>();
        for (const Json& entry : json.at("agents")) {
            auto agent = read_agent(entry);
            if (!agent) {
                return agent.error();
            }
            library.agents.push_back(std::move(agent.value()));
        }
        return library;
    } catch (const Json::exception& error) {
        return Error{ErrorKind::invalid, std::string("Not a library description: ") + error.what()};
    }
}

Result<const AgentDescription*> choose_agent(const LibraryDescription& library,
                                             const std::string& agent) {
    const auto names = library.agent_names();
    std::string list;
    for (const std::string& name : names) {
        list += (list.empty() ? "'" : ", '") + name + "'";
    }
    if (agent.empty()) {
        if (library.agents.size() == 1) {
            return &library.agents.front();
        }
        return Error{ErrorKind::invalid,
                     "The plugin has several agents; choose one with `agent:` (" + list + ")."};
    }
    if (const AgentDescription* found = library.find(agent)) {
        return found;
    }
    return Error{ErrorKind::not_found,
                 "The plugin has no agent '" + agent + "'; it has " + list + "." +
                     did_you_mean(agent, names)};
}

}  // namespace drover
