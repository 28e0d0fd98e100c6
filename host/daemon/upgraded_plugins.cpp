#include "daemon/upgraded_plugins.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file_text.hpp"
#include "base/json_value.hpp"
#include "daemon/state_directory.hpp"

namespace drover {
namespace {

using Stage = UpgradedPlugin::Stage;

constexpr std::array all_stages{Stage::trial, Stage::passed, Stage::returning};

Json json_of(const UpgradedPlugin& plugin) {
    return {{"agent", plugin.agent},
            {"file", plugin.file.string()},
            {"before", plugin.before.string()},
            {"written", plugin.written.string()},
            {"mark", plugin.mark},
            {"stage", text_of(plugin.stage)},
            {"trial", plugin.trial.count()},
            {"other", plugin.other ? Json(*plugin.other) : Json(nullptr)},
            {"by", plugin.by},
            {"reason", plugin.reason}};
}

UpgradedPlugin upgraded_from(const Json& json) {
    UpgradedPlugin plugin;
    plugin.agent = json.at("agent").get<std::string>();
    plugin.file = json.at("file").get<std::string>();
    plugin.before = json.at("before").get<std::string>();
    plugin.written = json.at("written").get<std::string>();
    plugin.mark = json.at("mark").get<std::string>();
    const auto word = json.at("stage").get<std::string>();
    const auto stage = std::ranges::find(all_stages, word, [](Stage one) { return text_of(one); });
    plugin.stage = stage == all_stages.end() ? Stage::returning : *stage;
    plugin.trial = Nanoseconds(json.at("trial").get<std::int64_t>());
    if (json.at("other").is_number()) {
        plugin.other = json.at("other").get<pid_t>();
    }
    plugin.by = json.at("by").get<std::string>();
    plugin.reason = json.at("reason").get<std::string>();
    return plugin;
}

}  // namespace

std::string_view text_of(UpgradedPlugin::Stage stage) {
    switch (stage) {
        case Stage::trial:
            return "trial";
        case Stage::passed:
            return "passed";
        case Stage::returning:
            return "returning";
    }
    return "";
}

Result<UpgradedPlugins> UpgradedPlugins::open(const std::filesystem::path& file) {
    UpgradedPlugins plugins(file);
    const auto text = read_file_text(file);
    if (!text && errno == ENOENT) {
        return plugins;
    }
    if (!text) {
        return Error{ErrorKind::unavailable,
                     "The file " + file.string() +
                         ", which says what 'drover upgrade' has done, cannot be read: " +
                         std::strerror(errno) + "."};
    }
    try {
        const Json json = Json::parse(*text);
        for (const Json& entry : json.at("plugins")) {
            plugins.plugins_.push_back(upgraded_from(entry));
        }
    } catch (const Json::exception& fault) {
        return Error{ErrorKind::invalid,
                     "The file " + file.string() +
                         ", which says what 'drover upgrade' has done, "
                         "cannot be understood (" +
                         fault.what() + "): remove it."};
    }
    return plugins;
}

const UpgradedPlugin* UpgradedPlugins::find(const std::string& agent) const {
    const auto found = std::ranges::find(plugins_, agent, &UpgradedPlugin::agent);
    return found == plugins_.end() ? nullptr : &*found;
}

Result<void> UpgradedPlugins::set(UpgradedPlugin plugin) {
    std::erase_if(plugins_, [&plugin](const auto& known) { return known.agent == plugin.agent; });
    plugins_.push_back(std::move(plugin));
    return save();
}

Result<void> UpgradedPlugins::forget(const std::string& agent) {
    const auto gone =
        std::erase_if(plugins_, [&agent](const auto& known) { return known.agent == agent; });
    return gone == 0 ? Result<void>(success()) : save();
}

Result<void> UpgradedPlugins::save() {
    Json list = Json::array();
    for (const UpgradedPlugin& plugin : plugins_) {
        list.push_back(json_of(plugin));
    }
    auto saved = replace_file(file_, to_line({{"plugins", std::move(list)}}) + "\n");
    if (saved) {
        trouble_.clear();
    }
    return saved;
}

}  // namespace drover
