#include "process/state_version.hpp"

#include <charconv>
#include <string>

#include "base/file_text.hpp"

namespace drover {

std::optional<int> read_state_version(const std::filesystem::path& directory) {
    const auto text = read_file_text(directory / "version");
    if (!text) {
        return std::nullopt;
    }
    int version = 0;
    std::from_chars(text->data(), text->data() + text->size(), version);
    return version;
}

Result<void> check_state_version(const std::filesystem::path& directory) {
    constexpr int first_version = 1;
    const auto found = read_state_version(directory);
    if (!found || (*found >= first_version && *found <= state_version)) {
        return success();
    }
    if (*found > state_version) {
        return Error{ErrorKind::refused,
                     "The state directory " + directory.string() +
                         " was written by a newer drover (version " + std::to_string(*found) +
                         " of its layout; this one writes " + std::to_string(state_version) +
                         "). Use the newer drover, or choose another --state-dir."};
    }
    return Error{ErrorKind::refused,
                 (directory / "version").string() +
                     " does not hold the version of a state directory. "
                     "Restore it, or choose another --state-dir."};
}

}  // namespace drover
