/// A temporary folder with an agents.yaml and empty plugin files, for tests that read one.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/fleet_config.hpp"

namespace drover {

class ConfigFolder {
public:
    ConfigFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "drover-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        std::filesystem::create_directory(folder_ / "plugins");
        for (const char* plugin :
             {"market_data", "broker", "pattern_recognition", "risk", "advisor", "backtest"}) {
            std::ofstream(folder_ / "plugins" / (std::string(plugin) + ".so")) << "";
        }
    }
    ConfigFolder(const ConfigFolder&) = delete;
    ConfigFolder& operator=(const ConfigFolder&) = delete;
    ConfigFolder(ConfigFolder&&) = delete;
    ConfigFolder& operator=(ConfigFolder&&) = delete;
    ~ConfigFolder() {
        std::error_code error;
        std::filesystem::remove_all(folder_, error);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return folder_; }
    [[nodiscard]] std::filesystem::path file() const { return folder_ / "agents.yaml"; }

    void write(std::string_view text) const { std::ofstream(file()) << text; }

    [[nodiscard]] std::variant<FleetConfig, std::vector<Fault>> load(
        std::string_view text, const std::vector<std::string>& sets = {}) const {
        write(text);
        std::vector<Override> overrides;
        for (const std::string& set : sets) {
            overrides.push_back(parse_override(set).value());
        }
        return load_fleet_config(file(), PluginSearch{{folder_ / "plugins"}}, overrides);
    }

    /// The faults as "line:column: message", "--set …: message" or "file: message".
    [[nodiscard]] std::vector<std::string> faults(std::string_view text,
                                                  const std::vector<std::string>& sets = {}) const {
        const auto loaded = load(text, sets);
        const auto* const faults = std::get_if<std::vector<Fault>>(&loaded);
        return faults == nullptr ? std::vector<std::string>{} : shown(*faults);
    }
    [[nodiscard]] std::vector<std::string> shown(const std::vector<Fault>& faults) const {
        std::vector<std::string> texts;
        for (const Fault& fault : faults) {
            std::string text = fault.text();
            const std::string begin = file().string() + ":";
            if (text.starts_with(begin)) {
                text = fault.place.line == 0 ? "file" + text.substr(begin.size() - 1)
                                             : text.substr(begin.size());
            }
            for (std::size_t at = text.find(folder_.string()); at != std::string::npos;
                 at = text.find(folder_.string())) {
                text.replace(at, folder_.string().size(), "FOLDER");
            }
            texts.push_back(std::move(text));
        }
        return texts;
    }

private:
    std::filesystem::path folder_;
};

}  // namespace drover
