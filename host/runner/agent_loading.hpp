/// From a plugin file to what a runner needs of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "plugin/plugin_library.hpp"
#include "runner/agent_setup.hpp"

namespace drover {

/// The handle that the fleet gave to one message type.
struct TypeHandle {
    std::string name;
    std::uint32_t version = 0;
    std::uint64_t layout_hash = 0;
    std::uint32_t handle = 0;
};

/// An agent of a loaded library, its ports resolved against the fleet's types.
struct LoadedAgent {
    std::shared_ptr<PluginLibrary> library;  ///< Keeps the code loaded.
    const drover_agent_description* description = nullptr;
    std::vector<PortSetup> ports;
    std::vector<std::uint64_t> layout_hashes;  ///< Of the ports' types, in their order.
};

/// Gives a handle, counting from 1, to every type of `libraries` that has none in `types` yet.
void add_types(std::vector<TypeHandle>& types, const LibraryDescription& library);

/// Finds `agent` (empty: the only one) in the library. Fails when there is no such agent, or when
/// a port's type is not among `types`.
[[nodiscard]] Result<LoadedAgent> find_agent(std::shared_ptr<PluginLibrary> library,
                                             const std::string& agent,
                                             const std::vector<TypeHandle>& types);

}  // namespace drover
