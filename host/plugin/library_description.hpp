/// What a plugin library says of itself, as plain data: read once in a child, then used without
/// the plugin's code.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/message_type.hpp"
#include "base/result.hpp"

namespace drover {

struct PortDescription {
    std::string name;
    std::uint32_t flags = 0;                        ///< DROVER_PORT_...
    std::string topic;                              ///< The pattern.
    std::shared_ptr<const MessageType> type;        ///< Null: any type.
    std::shared_ptr<const MessageType> reply_type;  ///< Request ports only.
    std::string description;
};

struct AgentDescription {
    std::string name;
    std::string version;
    std::string vendor;
    std::string description;
    std::uint32_t flags = 0;     ///< DROVER_AGENT_...
    std::string config_schema;   ///< JSON Schema as text; empty: accepts only {}.
    std::string config_example;  ///< JSON as text; empty: {}.
    std::uint32_t state_version = 0;
    std::vector<PortDescription> ports;
};

struct LibraryDescription {
    std::string file;
    std::string build_id;  ///< GNU build id as hexadecimal text, else "content-" and a hash.
    std::string build;     ///< Compiler and SDK, in the plugin's words.
    std::uint32_t abi_major = 0;
    std::uint32_t abi_minor = 0;
    std::vector<AgentDescription> agents;

    [[nodiscard]] const AgentDescription* find(const std::string& agent) const;
    /// The names of its agents, for messages.
    [[nodiscard]] std::vector<std::string> agent_names() const;
};

[[nodiscard]] Json to_json(const LibraryDescription& library);
[[nodiscard]] Result<LibraryDescription> library_description_from_json(const Json& json);

/// Picks `agent`, or the only one when it is empty. The failure names those there are.
[[nodiscard]] Result<const AgentDescription*> choose_agent(const LibraryDescription& library,
                                                           const std::string& agent);

}  // namespace drover
