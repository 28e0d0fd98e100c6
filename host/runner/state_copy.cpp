#include "runner/state_copy.hpp"

#include <cerrno>
#include <cstring>
#include <string>

#include <sys/stat.h>

#include "runner/sqlite_file.hpp"

namespace drover {
namespace {

Result<void> make_folder_of_copy(const std::filesystem::path& copy) {
    const std::filesystem::path folder = copy.parent_path();
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        return Error{
            ErrorKind::unavailable,
            "The folder '" + folder.string() + "' cannot be made: " + std::strerror(errno) + "."};
    }
    return success();
}

}  // namespace

Result<void> copy_state(const AgentFile* file, const std::filesystem::path& to) {
    if (file == nullptr) {
        return Error{ErrorKind::invalid, "The agent has no state yet: it is not configured."};
    }
    const auto made = make_folder_of_copy(to);
    return made ? file->copy_to(to) : made;
}

Result<void> copy_state(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (auto made = make_folder_of_copy(to); !made) {
        return made;
    }
    std::error_code fault;
    if (!std::filesystem::exists(from, fault) && !fault) {
        return success();
    }
    const auto file = SqliteFile::open(from);
    return file ? file.value().copy_to(to) : Result<void>(file.error());
}

}  // namespace drover
