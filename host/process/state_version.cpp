#include "process/state_version.hpp"

#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

#include "base/file_text.hpp"

namespace drover {
namespace {

/// 0 for what is no number on a line of its own.
int number_in(std::string_view text) {
    if (text.ends_with('\n')) {
        text.remove_suffix(1);
    }
    int number = 0;
    const char* const text_end = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), text_end, number);
    return error == std::errc() && end == text_end ? number : 0;
}

}  // namespace

std::optional<int> read_state_version(const std::filesystem::path& directory) {
    const auto text = read_file_text(directory / "version");
    if (!text) {
        const bool is_missing = errno == ENOENT || errno == ENOTDIR;
        return is_missing ? std::nullopt : std::optional(0);
    }
    return number_in(*text);
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
                     " does not hold the version of a state directory, or cannot be read. "
                     "Restore it, or choose another --state-dir."};
}

}  // namespace drover
