#include "daemon/kept_names.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "base/json_value.hpp"
#include "base/kept_folder.hpp"
#include "daemon/state_directory.hpp"

namespace drover {
namespace {

std::string text_in(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// Appends the entries of `before` whose handles are not among `entries`.
void add_missing(Json& entries, const Json& before) {
    const auto handle_of = [](const Json& entry) {
        return value_or<std::uint32_t>(entry, "handle", 0);
    };
    Json missing = Json::array();
    for (const Json& entry : before) {
        const bool is_there = std::ranges::any_of(
            entries, [&](const Json& known) { return handle_of(known) == handle_of(entry); });
        if (entry.is_object() && !is_there) {
            missing.push_back(entry);
        }
    }
    entries.insert(entries.end(), missing.begin(), missing.end());
}

}  // namespace

Result<void> keep_names(const std::filesystem::path& file, Json names) {
    const std::string before = text_in(file);
    // What cannot be read is written anew: only names of what has left the fleet are lost by it.
    if (const auto known = parse_json(before); known && known.value().is_object()) {
        for (const char* const key : {"agents", "types"}) {
            add_missing(names[key], value_or<Json>(known.value(), key, Json::array()));
        }
    }
    const std::string text = to_line(names) + "\n";
    if (text == before) {
        return success();
    }
    if (const auto fault = make_kept_folders(file.parent_path())) {
        return Error{ErrorKind::unavailable,
                     "The folder " + file.parent_path().string() +
                         " cannot be made: " + fault.message() + "."};
    }
    return replace_file(file, text);
}

}  // namespace drover
