#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "base/names.hpp"
#include "config/sections.hpp"

namespace drover {
namespace {

namespace fs = std::filesystem;

/// The names that `plugin:` could take.
std::vector<std::string> plugins_in(const PluginSearch& search) {
    std::vector<std::string> names;
    for (const fs::path& folder : search.folders) {
        std::error_code error;
        for (fs::directory_iterator file(folder, error), end; !error && file != end;
             file.increment(error)) {
            if (file->path().extension() == ".so") {
                names.push_back(file->path().stem().string());
            }
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<fs::path> candidates_of(const std::string& plugin,
                                    const PluginSearch& search,
                                    const fs::path& folder) {
    if (plugin.find('/') != std::string::npos) {
        return {(folder / plugin).lexically_normal()};
    }
    std::vector<fs::path> candidates;
    for (const fs::path& place : search.folders) {
        candidates.push_back((place / (plugin + ".so")).lexically_normal());
    }
    return candidates;
}

std::string listed(const std::vector<fs::path>& paths) {
    std::string text;
    for (const fs::path& path : paths) {
        text += text.empty() ? "" : ", ";
        text += path.string();
    }
    return text.empty() ? "nowhere, no folder is known" : text;
}

std::string help_for(const std::string& plugin, const PluginSearch& search) {
    if (plugin.find('/') != std::string::npos) {
        return " A plugin with a slash is a path relative to the file that names it.";
    }
    if (plugin.ends_with(".so")) {
        return " Write the name without .so, or a path with a slash.";
    }
    return did_you_mean(plugin, plugins_in(search));
}

}  // namespace

PluginSearch default_plugin_search(const fs::path& bin) {
    PluginSearch search;
    search.folders.push_back((bin / ".." / "plugins").lexically_normal());
    const char* const more = std::getenv("DROVER_PLUGIN_PATH");
    std::string_view rest = more == nullptr ? "" : more;
    while (!rest.empty()) {
        const std::size_t colon = rest.find(':');
        const std::string_view folder = rest.substr(0, colon);
        if (!folder.empty()) {
            search.folders.emplace_back(folder);
        }
        rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
    }
    return search;
}

void find_plugin(AgentConfig& agent,
                 const PluginSearch& search,
                 const fs::path& folder,
                 std::vector<Fault>& faults) {
    const std::vector<fs::path> candidates = candidates_of(agent.plugin, search, folder);
    for (const fs::path& candidate : candidates) {
        std::error_code error;
        if (fs::exists(candidate, error) && !fs::is_directory(candidate, error)) {
            agent.plugin_file = fs::absolute(candidate, error);
            return;
        }
    }
    faults.push_back({agent.plugin_place,
                      "agent '" + agent.name + "': there is no plugin '" + agent.plugin +
                          "'; looked for " + listed(candidates) + "." +
                          help_for(agent.plugin, search)});
}

}  // namespace drover
