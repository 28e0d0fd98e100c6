#include "config/fleet_sources.hpp"

#include <system_error>
#include <utility>

#include "base/json_value.hpp"
#include "config/overlay.hpp"
#include "config/source_text.hpp"

namespace drover {

std::variant<FleetSources, Fault> read_fleet_sources(const std::filesystem::path& file) {
    auto text = read_source_text(file);
    if (auto* const fault = std::get_if<Fault>(&text)) {
        return std::move(*fault);
    }
    FleetSources sources{file, std::move(std::get<std::string>(text)), fleet_environment(), {}};
    if (!is_environment(sources.environment)) {
        return sources;  // None, or one that read_fleet_text refuses.
    }
    const std::filesystem::path overlay = overlay_file(file, sources.environment);
    std::error_code ignored;
    if (!std::filesystem::exists(overlay, ignored)) {
        return sources;
    }
    auto over = read_source_text(overlay);
    if (auto* const fault = std::get_if<Fault>(&over)) {
        return std::move(*fault);
    }
    sources.overlay = std::move(std::get<std::string>(over));
    return sources;
}

Json to_json(const FleetSources& sources) {
    return {{"file", sources.file.string()},
            {"text", sources.text},
            {"environment", sources.environment},
            {"overlay", sources.overlay ? Json(*sources.overlay) : Json(nullptr)}};
}

Result<FleetSources> fleet_sources_from_json(const Json& json) {
    try {
        FleetSources sources{json.at("file").get<std::string>(),
                             json.at("text").get<std::string>(),
                             json.at("environment").get<std::string>(),
                             {}};
        if (json.at("overlay").is_string()) {
            sources.overlay = json.at("overlay").get<std::string>();
        }
        return sources;
    } catch (const Json::exception& fault) {
        return Error{ErrorKind::invalid,
                     std::string("This is no copy of a fleet's file: ") + fault.what() + "."};
    }
}

}  // namespace drover
