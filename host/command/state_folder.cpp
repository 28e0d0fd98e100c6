#include "command/state_folder.hpp"

#include <cerrno>
#include <cstring>
#include <string>

#include <unistd.h>

namespace drover {

namespace {

Error unusable(const std::filesystem::path& directory, const std::string& why) {
    return {ErrorKind::invalid,
            "'" + directory.string() + "' cannot be the state directory: " + why +
                ". Name another with --state-dir."};
}

/// Makes the folders from `nearest` to `wanted`, which only a try can tell, and removes them again.
Result<void> try_to_make(const std::filesystem::path& directory,
                         const std::filesystem::path& wanted,
                         const std::filesystem::path& nearest) {
    std::error_code fault;
    std::filesystem::create_directories(wanted, fault);
    std::error_code ignored;
    for (auto made = wanted; made != nearest; made = made.parent_path()) {
        std::filesystem::remove(made, ignored);  // Only where it is empty.
    }
    return fault ? Result<void>(unusable(directory, "it cannot be made (" + fault.message() + ")"))
                 : success();
}

}  // namespace

Result<void> check_state_directory(const std::filesystem::path& directory) {
    std::error_code fault;
    std::filesystem::path nearest = std::filesystem::absolute(directory, fault).lexically_normal();
    while (!nearest.has_filename() && nearest.has_relative_path()) {
        nearest = nearest.parent_path();  // A slash at the end.
    }
    const std::filesystem::path wanted = nearest;
    // A part of the path that is no folder has no status either; what is nearer to the root has.
    while (!std::filesystem::exists(nearest, fault) && nearest.has_relative_path()) {
        nearest = nearest.parent_path();
    }
    const std::string name = nearest == wanted ? "it" : "'" + nearest.string() + "'";
    if (!std::filesystem::is_directory(nearest, fault)) {
        return unusable(directory, name + " is no folder");
    }
    if (::access(nearest.c_str(), R_OK | W_OK | X_OK) != 0) {
        return unusable(directory,
                        "nothing can be written to " + name + " (" + std::strerror(errno) + ")");
    }
    return nearest == wanted ? Result<void>(success()) : try_to_make(directory, wanted, nearest);
}

Result<void> check_readable(const std::filesystem::path& folder) {
    const auto closed = [](const std::filesystem::path& path) {
        return Error{ErrorKind::refused,
                     "'" + path.string() + "' cannot be read: " + std::strerror(errno) +
                         ". Run the command as the user who started the fleet."};
    };
    if (::access(folder.c_str(), R_OK | X_OK) != 0) {
        return closed(folder);
    }
    std::error_code fault;
    for (const auto& entry : std::filesystem::directory_iterator(folder, fault)) {
        // What is removed meanwhile was turned over.
        if (::access(entry.path().c_str(), R_OK) != 0 && errno != ENOENT) {
            return closed(entry.path());
        }
    }
    return success();
}

}  // namespace drover
