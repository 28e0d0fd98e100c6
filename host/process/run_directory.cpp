#include "process/run_directory.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace drover {
namespace {

constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;
static_assert(longest_path == 107);

/// FNV-1a 64, as 16 hex digits.
std::string digest(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char letter : text) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3ULL;
    }
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(hash));
    return digits.data();
}

std::filesystem::path runtime_folder() {
    const char* const set = std::getenv("XDG_RUNTIME_DIR");
    std::error_code fault;
    if (set != nullptr && set[0] == '/') {
        return set;
    }
    std::filesystem::path folder = std::filesystem::temp_directory_path(fault);
    return fault ? std::filesystem::path("/tmp") : folder;
}

/// `remedy` is what else helps than a shorter folder.
Result<void> check_length(const std::filesystem::path& socket, const std::string& remedy) {
    if (socket.string().size() > longest_path) {
        return Error{ErrorKind::invalid,
                     "The socket path " + socket.string() + " has " +
                         std::to_string(socket.string().size()) +
                         " bytes, and a Unix socket takes 107. Set XDG_RUNTIME_DIR to a shorter "
                         "folder" +
                         remedy + "."};
    }
    return success();
}

/// Makes one folder, or checks that the one which is there is ours and nobody else can list it.
Result<void> make_private_folder(const std::filesystem::path& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        return Error{
            ErrorKind::unavailable,
            "Cannot make the run directory " + folder.string() + ": " + std::strerror(errno) + "."};
    }
    struct stat about {};
    if (::lstat(folder.c_str(), &about) != 0 || !S_ISDIR(about.st_mode)) {
        return Error{ErrorKind::refused,
                     "The run directory " + folder.string() + " is not a folder."};
    }
    if (about.st_uid != ::geteuid()) {
        return Error{ErrorKind::refused,
                     "The run directory " + folder.string() + " belongs to user " +
                         std::to_string(about.st_uid) + ". Remove it or set XDG_RUNTIME_DIR."};
    }
    // To pass through is allowed, for agents that run as another user: the sockets are closed.
    if ((about.st_mode & 0066U) != 0 && ::chmod(folder.c_str(), 0700) != 0) {
        return Error{
            ErrorKind::refused,
            "The run directory " + folder.string() +
                " is open to others and cannot be closed to them: " + std::strerror(errno) + "."};
    }
    return success();
}

/// A link in the state directory, so that who did not start the fleet finds its sockets whatever
/// XDG_RUNTIME_DIR says: an administrator asks a service of another user.
std::filesystem::path link_in(const std::filesystem::path& state_directory) {
    return state_directory / "run";
}

void remember(const std::filesystem::path& state_directory, const std::filesystem::path& run) {
    const std::filesystem::path link = link_in(state_directory);
    std::error_code ignored;  // Without the link the fleet runs as well.
    if (std::filesystem::read_symlink(link, ignored) != run) {
        if (std::filesystem::is_symlink(link, ignored)) {
            std::filesystem::remove(link, ignored);
        }
        std::filesystem::create_directory_symlink(run, link, ignored);
    }
}

}  // namespace

Result<RunDirectory> RunDirectory::of_running(const std::filesystem::path& state_directory) {
    std::error_code missing;
    const auto remembered = std::filesystem::read_symlink(link_in(state_directory), missing);
    if (!missing) {
        const bool is_there =
            std::filesystem::is_socket(RunDirectory(remembered).control_socket(), missing);
        if (is_there || missing == std::errc::permission_denied) {
            return RunDirectory(remembered);
        }
    }
    return locate(state_directory);
}

Result<RunDirectory> RunDirectory::locate(const std::filesystem::path& state_directory) {
    std::error_code fault;
    const auto absolute = std::filesystem::absolute(state_directory, fault);
    const auto real = fault ? absolute : std::filesystem::weakly_canonical(absolute, fault);
    if (fault) {
        return Error{ErrorKind::invalid,
                     "The state directory " + state_directory.string() +
                         " cannot be resolved: " + fault.message() + "."};
    }
    std::string text = real.string();
    while (text.size() > 1 && text.back() == '/') {
        text.pop_back();  // "state/" and "state" are one place, also before it exists.
    }
    RunDirectory run(runtime_folder() / ("drover-" + std::to_string(::geteuid())) / digest(text));
    const auto checked = check_length(run.recorder_socket(), "");
    if (!checked) {
        return checked.error();
    }
    return run;
}

Result<RunDirectory> RunDirectory::prepare(const std::filesystem::path& state_directory) {
    auto run = locate(state_directory);
    if (!run) {
        return run;
    }
    for (const auto& folder : {run.value().path_.parent_path(), run.value().path_}) {
        const auto made = make_private_folder(folder);
        if (!made) {
            return made.error();
        }
    }
    remember(state_directory, run.value().path_);
    return run;
}

Result<std::string> RunDirectory::link_endpoint(std::string_view agent,
                                                std::uint32_t incarnation) const {
    const std::filesystem::path socket =
        path_ / (std::string(agent) + "." + std::to_string(incarnation));
    const auto checked = check_length(socket, ", or give the agent a shorter name");
    if (!checked) {
        return checked.error();
    }
    return "ipc://" + socket.string();
}

std::string RunDirectory::tap_endpoint() const {
    return "ipc://" + (path_ / "tap").string();
}

}  // namespace drover
