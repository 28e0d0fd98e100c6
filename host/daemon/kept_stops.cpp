#include "daemon/kept_stops.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

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
                         ", which says who was stopped by a person, cannot be understood: every "
                         "agent is started. Stop those again that are to stay stopped."};
    }
    return json.value().at("stopped").get<std::vector<std::string>>();
}

Result<void> keep_stops(const std::filesystem::path& file, const std::vector<std::string>& names) {
    return replace_file(file, to_line(Json{{"stopped", names}}) + "\n");
}

std::vector<std::string> KeptStops::read() {
    auto names = read_kept_stops(file_);
    if (names) {
        return std::move(names.value());
    }
    const std::filesystem::path aside = file_.string() + ".broken";
    std::error_code fault;
    std::filesystem::rename(file_, aside, fault);
    forgotten_ = names.error().message +
                 (fault ? "" : " The file was set aside as " + aside.filename().string() + ".");
    tell_("stops_forgotten", *forgotten_);
    return {};
}

std::optional<std::string> KeptStops::keep(std::uint64_t wishes,
                                           const std::vector<std::string>& names) {
    if (std::exchange(wishes_, wishes) == wishes) {
        return std::nullopt;
    }
    write(names);
    return unkept_;
}

void KeptStops::keep_anew(const std::vector<std::string>& names) {
    write(names);
}

void KeptStops::look(Monotonic now, const std::vector<std::string>& names) {
    if (unkept_ && now >= next_try_) {
        write(names);
    }
}

void KeptStops::write(const std::vector<std::string>& names) {
    const auto kept = keep_stops(file_, names);
    if (kept) {
        forgotten_.reset();
        if (std::exchange(unkept_, std::nullopt)) {
            tell_("stops_kept", "who was stopped by a person is kept on disk again");
        }
        return;
    }
    next_try_ = monotonic_now() + pause;
    const bool is_known = unkept_.has_value();
    unkept_ =
        "Who was stopped by a person is forgotten when droverd ends: " + kept.error().message +
        " droverd tries again.";
    if (!is_known) {
        tell_("stops_not_kept", *unkept_);
    }
}

std::vector<std::string> KeptStops::warnings() const {
    std::vector<std::string> sentences;
    for (const auto& each : {forgotten_, unkept_}) {
        if (each) {
            sentences.push_back(*each);
        }
    }
    return sentences;
}

}  // namespace drover
