#include "process/state_lock.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/kept_folder.hpp"

namespace drover {
namespace {

std::string holder_in(int file) {
    std::array<char, 32> text{};
    const ssize_t got = ::pread(file, text.data(), text.size() - 1, 0);
    const std::string pid(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    return pid.substr(0, pid.find('\n'));
}

/// Who asks for the holder has the lock, shared, for a moment: a droverd that starts just then must
/// not take it for another droverd. False, with errno, where it cannot be had.
bool take_exclusively(int file) {
    constexpr auto longest_question = std::chrono::seconds(2);
    constexpr auto pause = std::chrono::milliseconds(1);
    const Monotonic deadline = monotonic_now() + longest_question;
    while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        const bool is_only_asked = errno == EWOULDBLOCK && ::flock(file, LOCK_SH | LOCK_NB) == 0;
        if (!is_only_asked) {
            return false;
        }
        if (monotonic_now() >= deadline) {
            errno = EWOULDBLOCK;
            return false;
        }
        std::this_thread::sleep_for(pause);
    }
    return true;
}

}  // namespace

Result<StateLock> StateLock::take(const std::filesystem::path& state_directory) {
    const std::error_code fault = make_kept_folders(state_directory);
    const std::filesystem::path path = state_directory / "lock";
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (fault || !file.is_open()) {
        return Error{ErrorKind::unavailable,
                     "The state directory " + state_directory.string() + " cannot be used: " +
                         (fault ? fault.message() : std::strerror(errno)) + "."};
    }
    if (!take_exclusively(file.number())) {
        if (errno != EWOULDBLOCK) {
            return Error{
                ErrorKind::unavailable,
                "The lock " + path.string() + " cannot be taken: " + std::strerror(errno) + "."};
        }
        return Error{ErrorKind::refused,
                     "The state directory " + state_directory.string() +
                         " is in use by droverd with process id " + holder_in(file.number()) +
                         ". End it with 'drover down' first, or choose another --state-dir."};
    }
    const std::string pid = std::to_string(::getpid()) + "\n";
    const bool is_written =
        ::ftruncate(file.number(), 0) == 0 &&
        ::pwrite(file.number(), pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
    if (!is_written) {
        return Error{
            ErrorKind::unavailable,
            "The lock " + path.string() + " cannot be written: " + std::strerror(errno) + "."};
    }
    return StateLock(std::move(file));
}

std::optional<std::string> StateLock::holder(const std::filesystem::path& state_directory) {
    const std::filesystem::path path = state_directory / "lock";
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    // Shared, and given back at once: several may ask at a time.
    if (!file.is_open() || ::flock(file.number(), LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK) {
        return std::nullopt;
    }
    return holder_in(file.number());
}

StateLock StateLock::adopt(int number) {
    return StateLock(FileDescriptor(number));
}

}  // namespace drover
