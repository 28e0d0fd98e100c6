#include "daemon/kept_stops.hpp"

#include <algorithm>
#include <cerrno>

#include "base/file_text.hpp"
#include "base/json_value.hpp"
#include "daemon/state_directory.hpp"

namespace drover {

Result<std::vector<std::string>> read_kept_stops(const std::filesystem::path& file) {
    const auto text = read_file_text(file);
    if (!text && errno == ENOENT) {
        return std::vector<std::string>();
    }
    const auto json = parse_json(text.value_or(""));
    const bool is_list = json && json.value().is_object() && json.value().contains("stopped") &&
                         json.value().at("stopped").is_array() &&
                         std::ranges::all_of(json.value().at("stopped"),
                                             [](const Json& name) { return name.is_string(); });
    if (!is_list) {
        return Error{ErrorKind::invalid,
                     "The file " + file.string() +
                         ", which says who was stopped by a person, cannot be understood; every "
                         "agent is started."};
    }
    return json.value().at("stopped").get<std::vector<std::string>>();
}

Result<void> keep_stops(const std::filesystem::path& file, const std::vector<std::string>& names) {
    return replace_file(file, to_line(Json{{"stopped", names}}) + "\n");
}

}  // namespace drover
