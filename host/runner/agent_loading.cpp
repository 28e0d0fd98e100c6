#include "runner/agent_loading.hpp"

#include <algorithm>
#include <utility>

namespace drover {
namespace {

const TypeHandle* find_type(const std::vector<TypeHandle>& types, const MessageType& type) {
    const std::uint64_t hash = layout_hash(type);
    const auto found = std::ranges::find_if(types, [&](const TypeHandle& known) {
        return known.name == type.name && known.version == type.version &&
               known.layout_hash == hash;
    });
    return found == types.end() ? nullptr : &*found;
}

}  // namespace

void add_types(std::vector<TypeHandle>& types, const LibraryDescription& library) {
    for (const AgentDescription& agent : library.agents) {
        for (const PortDescription& port : agent.ports) {
            for (const auto& type : {port.type, port.reply_type}) {
                if (type && find_type(types, *type) == nullptr) {
                    types.push_back(TypeHandle{type->name,
                                               type->version,
                                               layout_hash(*type),
                                               static_cast<std::uint32_t>(types.size() + 1)});
                }
            }
        }
    }
}

Result<LoadedAgent> find_agent(std::shared_ptr<PluginLibrary> library,
                               const std::string& agent,
                               const std::vector<TypeHandle>& types) {
    const auto chosen = choose_agent(library->description(), agent);
    if (!chosen) {
        return chosen.error();
    }
    LoadedAgent loaded;
    loaded.description = library->raw_agent(chosen.value()->name);
    for (const PortDescription& port : chosen.value()->ports) {
        PortSetup setup;
        setup.flags = port.flags;
        setup.name = port.name;
        setup.topic = port.topic;
        for (const auto& type : {port.type, port.reply_type}) {
            if (type && find_type(types, *type) == nullptr) {
                return Error{ErrorKind::invalid,
                             "Port '" + port.name + "' has message type '" + type->name + "/" +
                                 std::to_string(type->version) +
                                 "', which the fleet does not know in this layout; the plugin was "
                                 "replaced since the fleet was configured. Start the fleet again."};
            }
        }
        if (port.type) {
            setup.type = find_type(types, *port.type)->handle;
            setup.encoding = static_cast<std::uint16_t>(port.type->encoding);
            setup.record_size = port.type->record_size;
        }
        if (port.reply_type) {
            setup.reply_type = find_type(types, *port.reply_type)->handle;
            setup.reply_encoding = static_cast<std::uint16_t>(port.reply_type->encoding);
            setup.reply_record_size = port.reply_type->record_size;
        }
        loaded.layout_hashes.push_back(port.type ? layout_hash(*port.type) : 0);
        loaded.ports.push_back(std::move(setup));
    }
    loaded.library = std::move(library);
    return loaded;
}

}  // namespace drover
