#include "fleet/layout_conflicts.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace drover {
namespace {

using TypeKey = std::pair<std::string, std::uint32_t>;

struct KnownType {
    std::shared_ptr<const MessageType> type;
    std::string file;
};

std::string against(const std::string& what, std::uint64_t one, std::uint64_t other) {
    return what + " " + std::to_string(one) + " in the one and " + std::to_string(other) +
           " in the other";
}

/// How two fields of one place differ; empty when they do not.
std::string field_difference(const FieldDescription& one, const FieldDescription& other) {
    if (one.name != other.name) {
        return "'" + one.name + "' in the one stands where the other has '" + other.name + "'";
    }
    const std::string field = "field '" + one.name + "' has ";
    if (one.offset != other.offset) {
        return against(field + "the offset", one.offset, other.offset);
    }
    if (one.kind != other.kind) {
        return against(field + "the kind", one.kind, other.kind);
    }
    if (one.count != other.count) {
        return against(field + "the count", one.count, other.count);
    }
    if (one.scale != other.scale) {
        return field + "the scale " + std::to_string(one.scale) + " in the one and " +
               std::to_string(other.scale) + " in the other";
    }
    if (one.optional != other.optional) {
        return "field '" + one.name + "' may be null in only one of them";
    }
    if (one.record && other.record && layout_hash(*one.record) != layout_hash(*other.record)) {
        return "in the record '" + one.name + "', " + first_difference(*one.record, *other.record);
    }
    return {};
}

std::string port_types_conflict(const KnownType& known,
                                const MessageType& type,
                                const std::string& file) {
    return "the message type '" + type.name + "' version " + std::to_string(type.version) +
           " has one layout in " + known.file + " and another in " + file + ": " +
           first_difference(*known.type, type) +
           ". Build both plugins against the same header, or raise the version of one.";
}

}  // namespace

std::string first_difference(const MessageType& one, const MessageType& other) {
    if (one.encoding != other.encoding) {
        return against("the type has the encoding", one.encoding, other.encoding);
    }
    const std::size_t common = std::min(one.fields.size(), other.fields.size());
    for (std::size_t index = 0; index < common; ++index) {
        std::string difference = field_difference(one.fields[index], other.fields[index]);
        if (!difference.empty()) {
            return difference;
        }
    }
    if (one.fields.size() != other.fields.size()) {
        const auto& longer = one.fields.size() > other.fields.size() ? one : other;
        return "only one of them has the field '" + longer.fields[common].name + "'";
    }
    return against("the record has the size", one.record_size, other.record_size);
}

void find_layout_conflicts(const FleetConfig& config,
                           const std::vector<PreparedAgent>& agents,
                           std::vector<Fault>& faults) {
    std::map<TypeKey, KnownType> known_types;
    std::set<std::pair<TypeKey, std::string>> told;
    const auto look_at = [&](const std::shared_ptr<const MessageType>& type,
                             const LibraryDescription& library,
                             const AgentConfig& agent) {
        if (!type) {
            return;
        }
        const TypeKey key{type->name, type->version};
        const auto [known, is_new] = known_types.emplace(key, KnownType{type, library.file});
        if (!is_new && layout_hash(*known->second.type) != layout_hash(*type) &&
            told.emplace(key, library.file).second) {
            faults.push_back({agent.plugin_place,
                              "agent '" + agent.name +
                                  "': " + port_types_conflict(known->second, *type, library.file)});
        }
    };
    for (std::size_t index = 0; index < agents.size(); ++index) {
        if (agents[index].library == nullptr) {
            continue;
        }
        for (const AgentDescription& agent : agents[index].library->agents) {
            for (const PortDescription& port : agent.ports) {
                look_at(port.type, *agents[index].library, config.agents[index]);
                look_at(port.reply_type, *agents[index].library, config.agents[index]);
            }
        }
    }
}

}  // namespace drover
