/// A plugin library that was loaded and checked. Only `drover-agent` loads plugins: loading runs
/// their constructors.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <drover/description.h>

#include "base/result.hpp"
#include "plugin/library_description.hpp"

namespace drover {

/// Stays loaded until the process ends: code that was loaded once may be referred to for ever.
class PluginLibrary {
public:
    /// Loads with RTLD_NOW | RTLD_LOCAL. Fails, with a sentence that says what to do, when the file
    /// is no library, has no entry symbol, was built for another ABI, or describes itself wrongly.
    [[nodiscard]] static Result<std::shared_ptr<PluginLibrary>> load(
        const std::filesystem::path& file);

    [[nodiscard]] const LibraryDescription& description() const { return description_; }
    /// The plugin's own table of the agent that choose_agent picks; `name` must be one of ours.
    [[nodiscard]] const drover_agent_description* raw_agent(const std::string& name) const;

private:
    PluginLibrary(const drover_library& raw, LibraryDescription description);

    const drover_library& raw_;
    LibraryDescription description_;
};

/// Checks and copies what a library says. `file` is for messages.
[[nodiscard]] Result<LibraryDescription> describe_library(const drover_library& raw,
                                                          const std::string& file);

}  // namespace drover
