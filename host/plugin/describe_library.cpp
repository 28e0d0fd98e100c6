// Checks what a library says of itself and copies it, trusting nothing.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <set>
#include <utility>

#include <drover/agent.h>

#include "base/json_value.hpp"
#include "base/names.hpp"
#include "base/topic.hpp"
#include "plugin/config_schema.hpp"
#include "plugin/plugin_library.hpp"

namespace drover {
namespace {

constexpr std::uint32_t most_agents = 256;
constexpr std::uint32_t most_ports = 256;
constexpr std::uint32_t most_fields = 4096;
constexpr int deepest_record = 8;
/// The first published size of a field: less cannot be a table of fields.
constexpr std::uint32_t smallest_field = sizeof(drover_field);

/// Names of an agent's ports so far, and whether they are for requests.
using PortNames = std::set<std::pair<bool, std::string>>;

std::string text_or_empty(const char* text) {
    return text == nullptr ? "" : text;
}

std::string hash_text(std::uint64_t hash) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
    return text.data();
}

/// Copies `raw`, a struct that may be shorter or longer than ours, by its own size.
template <typename Struct>
Struct sized_copy(const Struct& raw) {
    Struct copy{};
    std::memcpy(&copy, &raw, std::min<std::size_t>(raw.size, sizeof(Struct)));
    return copy;
}

/// The faults and the copies of one library.
class Describer {
public:
    explicit Describer(std::string file) : file_(std::move(file)) {}

    Result<LibraryDescription> describe(const drover_library& raw) {
        if (auto checked = check_abi(raw); !checked) {
            return checked.error();
        }
        LibraryDescription library;
        library.file = file_;
        library.build = text_or_empty(raw.build);
        library.abi_major = raw.abi_major;
        library.abi_minor = raw.abi_minor;
        if (raw.agent_count == 0 || raw.agent_count > most_agents || raw.agents == nullptr) {
            return failure("describes no agents, or more than 256.");
        }
        std::set<std::string> names;
        for (std::uint32_t index = 0; index < raw.agent_count; ++index) {
            auto agent = describe_agent(raw.agents[index]);
            if (!agent) {
                return agent.error();
            }
            if (!names.insert(agent.value().name).second) {
                return failure("describes two agents '" + agent.value().name + "'.");
            }
            library.agents.push_back(std::move(agent.value()));
        }
        return library;
    }

private:
    [[nodiscard]] Error failure(const std::string& what) const {
        return {ErrorKind::invalid, "Plugin '" + file_ + "' " + what};
    }

    [[nodiscard]] Result<void> check_abi(const drover_library& raw) const {
        const auto version = [](std::uint32_t major, std::uint32_t minor) {
            return std::to_string(major) + "." + std::to_string(minor);
        };
        if (raw.size < sizeof(drover_library) || raw.abi_major != DROVER_ABI_MAJOR) {
            return failure("was built for ABI " + version(raw.abi_major, raw.abi_minor) +
                           "; this drover speaks ABI " +
                           version(DROVER_ABI_MAJOR, DROVER_ABI_MINOR) +
                           ". Build it again with this drover's SDK.");
        }
        if (raw.abi_hash != DROVER_ABI_HASH) {
            return failure("was built with other ABI headers (" + hash_text(raw.abi_hash) +
                           ") than this drover (" + hash_text(DROVER_ABI_HASH) +
                           "). While the ABI is at 0 both must be the same: build it again with "
                           "this drover's SDK.");
        }
        return success();
    }

    Result<AgentDescription> describe_agent(const drover_agent_description* raw_agent) {
        if (raw_agent == nullptr || raw_agent->size == 0) {
            return failure("has an empty agent description.");
        }
        const auto raw = sized_copy(*raw_agent);
        AgentDescription agent;
        agent.name = text_or_empty(raw.name);
        agent.version = text_or_empty(raw.version);
        agent.vendor = text_or_empty(raw.vendor);
        agent.description = text_or_empty(raw.description);
        agent.flags = raw.flags;
        agent.config_schema = text_or_empty(raw.config_schema);
        agent.config_example = text_or_empty(raw.config_example);
        agent.state_version = raw.state_version;
        if (!is_agent_name(agent.name) || agent.version.empty()) {
            return failure("has an agent '" + agent.name +
                           "' without a valid name (a-z 0-9 - _ .) or without a version.");
        }
        if (auto checked = check_agent(agent, raw); !checked) {
            return checked.error();
        }
        PortNames ports;
        for (std::uint32_t index = 0; index < raw.port_count; ++index) {
            auto port = describe_port(agent.name, raw.ports[index], ports);
            if (!port) {
                return port.error();
            }
            agent.ports.push_back(std::move(port.value()));
        }
        return agent;
    }

    [[nodiscard]] Result<void> check_agent(const AgentDescription& agent,
                                           const drover_agent_description& raw) const {
        if (raw.functions == nullptr || raw.functions->size == 0) {
            return failure("gives agent '" + agent.name + "' no functions.");
        }
        const auto functions = sized_copy(*raw.functions);
        if (functions.create == nullptr || functions.destroy == nullptr ||
            functions.start == nullptr) {
            return failure("gives agent '" + agent.name +
                           "' no create, destroy or start function; all three are required.");
        }
        if (auto schema = check_schemas(agent); !schema) {
            return schema;
        }
        if (raw.port_count > most_ports || (raw.port_count > 0 && raw.ports == nullptr)) {
            return failure("gives agent '" + agent.name + "' more than 256 ports, or no table.");
        }
        return success();
    }

    [[nodiscard]] Result<void> check_schemas(const AgentDescription& agent) const {
        if (auto checked = check_schema(agent.config_schema); !checked) {
            return failure("gives agent '" + agent.name +
                           "' a bad config schema: " + checked.error().message);
        }
        if (!agent.config_example.empty() && !parse_json(agent.config_example)) {
            return failure("gives agent '" + agent.name + "' a config example that is not JSON.");
        }
        // Tried even without an example: a schema that refers to itself without end shall end this
        // child, not the supervisor.
        const auto violations = check_config(
            agent.config_schema, agent.config_example.empty() ? "{}" : agent.config_example);
        if (!violations.empty() && !agent.config_example.empty()) {
            return failure(
                "gives agent '" + agent.name +
                "' a config example that its config schema refuses: " + violations.front().message);
        }
        return success();
    }

    Result<PortDescription> describe_port(const std::string& agent,
                                          const drover_port* raw_port,
                                          PortNames& ports) {
        if (raw_port == nullptr || raw_port->size == 0) {
            return failure("gives agent '" + agent + "' an empty port.");
        }
        const auto raw = sized_copy(*raw_port);
        PortDescription port;
        port.name = text_or_empty(raw.name);
        port.flags = raw.flags;
        port.topic = text_or_empty(raw.topic);
        port.description = text_or_empty(raw.description);
        const std::string where = "port '" + port.name + "' of agent '" + agent + "'";
        if (!is_topic_pattern(port.topic)) {
            return failure("gives " + where + " the topic '" + port.topic +
                           "', which is no topic pattern.");
        }
        constexpr std::uint32_t directions = DROVER_PORT_IN | DROVER_PORT_OUT |
                                             DROVER_PORT_REQUEST_SERVER |
                                             DROVER_PORT_REQUEST_CLIENT;
        const std::uint32_t direction = raw.flags & directions;
        if (direction == 0 || (direction & (direction - 1)) != 0) {
            return failure("gives " + where +
                           " no direction or several; its flags take one of IN, OUT, "
                           "REQUEST_SERVER and REQUEST_CLIENT.");
        }
        // Messages and requests are addressed apart: an agent may publish accounts and be asked for
        // them by the same name.
        const bool is_for_requests =
            (direction & (DROVER_PORT_REQUEST_SERVER | DROVER_PORT_REQUEST_CLIENT)) != 0;
        if (port.name.empty() || !ports.emplace(is_for_requests, port.name).second) {
            return failure("gives " + where + " an empty name, or two ports the same.");
        }
        if ((raw.flags & DROVER_PORT_OUT) != 0 && raw.type == nullptr) {
            return failure("gives " + where + " no message type.");
        }
        for (const auto& [from, into] :
             {std::pair{raw.type, &port.type}, std::pair{raw.reply_type, &port.reply_type}}) {
            if (from != nullptr) {
                auto type = describe_type(*from, 0);
                if (!type) {
                    return type.error();
                }
                *into = std::make_shared<const MessageType>(std::move(type.value()));
            }
        }
        return port;
    }

    Result<MessageType> describe_type(const drover_message_type& raw_type, int depth) {
        const auto raw = sized_copy(raw_type);
        MessageType type;
        type.name = text_or_empty(raw.name);
        type.version = raw.version;
        type.encoding = raw.encoding;
        type.record_size = raw.record_size;
        type.description = text_or_empty(raw.description);
        type.json_schema = text_or_empty(raw.json_schema);
        if (!is_topic(type.name)) {
            return failure("has a message type without a valid name ('" + type.name + "').");
        }
        if (depth > deepest_record || raw.field_count > most_fields ||
            (raw.field_count > 0 && (raw.fields == nullptr || raw.field_stride < smallest_field))) {
            return failure("describes message type '" + type.name +
                           "' wrongly: too deep, too many "
                           "fields, or no field table.");
        }
        const auto* at = reinterpret_cast<const char*>(raw.fields);
        for (std::uint32_t index = 0; index < raw.field_count; ++index) {
            auto field = describe_field(
                *reinterpret_cast<const drover_field*>(at + std::size_t{index} * raw.field_stride),
                depth);
            if (!field) {
                return field.error();
            }
            type.fields.push_back(std::move(field.value()));
        }
        if (auto checked = check_layout(type); !checked) {
            return failure("is wrong: " + checked.error().message);
        }
        return type;
    }

    Result<FieldDescription> describe_field(const drover_field& raw_field, int depth) {
        const auto raw = sized_copy(raw_field);
        if (raw.name == nullptr || *raw.name == '\0') {
            return failure("has a message type with a field without a name.");
        }
        FieldDescription field;
        field.name = text_or_empty(raw.name);
        field.kind = raw.kind;
        field.offset = raw.offset;
        field.count = raw.count;
        field.scale = raw.scale;
        field.optional = (raw.flags & DROVER_FIELD_OPTIONAL) != 0;
        field.unit = text_or_empty(raw.unit);
        field.description = text_or_empty(raw.description);
        for (std::uint32_t index = 0; index < raw.enumerator_count && raw.enumerators != nullptr;
             ++index) {
            field.enumerators.emplace_back(raw.enumerators[index].value,
                                           text_or_empty(raw.enumerators[index].name));
        }
        if (raw.kind == DROVER_KIND_RECORD && raw.record != nullptr) {
            auto nested = describe_type(*raw.record, depth + 1);
            if (!nested) {
                return nested.error();
            }
            field.record = std::make_shared<const MessageType>(std::move(nested.value()));
        }
        return field;
    }

    std::string file_;
};

}  // namespace

Result<LibraryDescription> describe_library(const drover_library& raw, const std::string& file) {
    return Describer(file).describe(raw);
}

}  // namespace drover
