#include "plugin/plugin_library.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>
#include <vector>

#include <boost/dll/shared_library.hpp>
#include <dlfcn.h>

#include "plugin/library_file.hpp"

namespace drover {
namespace {

using Entry = const drover_library*();

Error failure(const std::string& file, const std::string& what) {
    return {ErrorKind::invalid, "Plugin '" + file + "' " + what};
}

/// Why a library without `drover_library_v1` cannot be used.
Error no_entry(const boost::dll::shared_library& library, const std::string& file) {
    constexpr std::array newer{"drover_library_v2",
                               "drover_library_v3",
                               "drover_library_v4",
                               "drover_library_v5",
                               "drover_library_v6",
                               "drover_library_v7",
                               "drover_library_v8",
                               "drover_library_v9"};
    if (std::ranges::any_of(newer, [&](const char* symbol) { return library.has(symbol); })) {
        return failure(file,
                       "was built for a newer ABI; this drover speaks ABI " +
                           std::to_string(DROVER_ABI_MAJOR) +
                           ". Install a newer drover, or build the plugin with this drover's "
                           "SDK.");
    }
    return failure(file,
                   "exports no `drover_library_v1`, so it is no drover plugin. Write "
                   "DROVER_LIBRARY(YourAgent) in one source file and export the symbol.");
}

/// Keeps a library for good: destructors of static objects and threads may still need the code.
void keep_loaded(boost::dll::shared_library library) {
    static std::mutex guard;
    static auto* const kept = new std::vector<boost::dll::shared_library>;
    const std::lock_guard lock(guard);
    kept->push_back(std::move(library));
}

Result<boost::dll::shared_library> open_library(const std::string& file) {
    boost::dll::shared_library library;
    boost::dll::fs::error_code error;
    library.load(boost::dll::fs::path(file),
                 error,
                 boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
    if (error) {
        const char* const reason = ::dlerror();
        return failure(file,
                       "cannot be loaded: " +
                           (reason != nullptr ? std::string(reason) : error.message()) + ".");
    }
    return library;
}

}  // namespace

PluginLibrary::PluginLibrary(const drover_library& raw, LibraryDescription description)
    : raw_(raw), description_(std::move(description)) {}

Result<std::shared_ptr<PluginLibrary>> PluginLibrary::load(const std::filesystem::path& file) {
    std::error_code unused;
    const std::filesystem::path path = std::filesystem::absolute(file, unused).lexically_normal();
    const std::string name = path.string();
    if (auto checked = check_library_file(path); !checked) {
        return checked.error();
    }
    auto build_id = build_id_of(path);
    if (!build_id) {
        return build_id.error();
    }
    try {
        auto opened = open_library(name);
        if (!opened) {
            return opened.error();
        }
        const boost::dll::shared_library library = opened.value();
        keep_loaded(std::move(opened.value()));
        if (!library.has("drover_library_v1")) {
            return no_entry(library, name);
        }
        const drover_library* raw = library.get<Entry>("drover_library_v1")();
        if (raw == nullptr) {
            return failure(name, "returns no description from drover_library_v1.");
        }
        auto description = describe_library(*raw, name);
        if (!description) {
            return description.error();
        }
        description.value().build_id = std::move(build_id.value());
        return std::shared_ptr<PluginLibrary>(
            new PluginLibrary(*raw, std::move(description.value())));
    } catch (const std::exception& error) {
        return failure(name, std::string("cannot be loaded: ") + error.what());
    }
}

const drover_agent_description* PluginLibrary::raw_agent(const std::string& name) const {
    for (std::uint32_t index = 0; index < raw_.agent_count; ++index) {
        if (name == raw_.agents[index]->name) {
            return raw_.agents[index];
        }
    }
    return nullptr;
}

}  // namespace drover
