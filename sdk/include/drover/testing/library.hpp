/// Finding an agent in a plugin library, linked into the test or loaded from a file.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include <dlfcn.h>

#include <drover/description.h>
#include <drover/testing/published.hpp>

namespace drover::testing {

/// The agent named `name`, or the only one where `name` is empty. Throws HarnessError when there is
/// none, or when the library was built against other headers than the test.
inline const drover_agent_description& find_agent(const drover_library* library,
                                                  std::string_view name) {
    if (library == nullptr || library->size < sizeof(drover_library)) {
        throw HarnessError("That is no drover library.");
    }
    if (library->abi_major != DROVER_ABI_MAJOR || library->abi_hash != DROVER_ABI_HASH) {
        throw HarnessError("The library was built against another version of the drover SDK (" +
                           std::string(library->build) + "); build it and the test with the same.");
    }
    std::string known;
    for (std::uint32_t index = 0; index < library->agent_count; ++index) {
        const drover_agent_description& agent = *library->agents[index];
        if (name == agent.name || (name.empty() && library->agent_count == 1)) {
            return agent;
        }
        known += (known.empty() ? "" : ", ") + std::string(agent.name);
    }
    throw HarnessError("The library has no agent '" + std::string(name) + "'; it has: " + known +
                       ".");
}

/// Loads the plugin at `path` and returns its library, which stays loaded to the end of the
/// process. Throws HarnessError with the loader's sentence.
inline const drover_library* load(const std::string& path) {
    void* const file = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (file == nullptr) {
        throw HarnessError(std::string("The plugin cannot be loaded: ") + ::dlerror());
    }
    void* const symbol = ::dlsym(file, "drover_library_v1");
    if (symbol == nullptr) {
        throw HarnessError(path + " exports no drover_library_v1.");
    }
    using Entry = const drover_library* (*)();
    return reinterpret_cast<Entry>(symbol)();
}

}  // namespace drover::testing
