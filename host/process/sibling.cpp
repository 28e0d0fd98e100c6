// The kernel gives the new process the parent's parent (CLONE_PARENT), and the exit signal of the
// process that it was forked from.
#include "process/sibling.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include <dirent.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace drover {
namespace {

std::uint64_t address_of(const void* place) {
    return reinterpret_cast<std::uintptr_t>(place);
}

}  // namespace

int thread_count() {
    constexpr int links_of_an_empty_folder = 2;
    struct stat about {};
    return ::stat("/proc/self/task", &about) == 0
               ? static_cast<int>(about.st_nlink) - links_of_an_empty_folder
               : 0;
}

std::vector<int> descriptors_in_use() {
    std::vector<int> numbers;
    DIR* const folder = ::opendir("/proc/self/fd");
    if (folder == nullptr) {
        return numbers;
    }
    while (const dirent* const item = ::readdir(folder)) {
        int number = -1;
        const char* const end = item->d_name + std::strlen(item->d_name);
        const auto [rest, fault] = std::from_chars(item->d_name, end, number);
        if (fault == std::errc{} && rest == end && number != ::dirfd(folder)) {
            numbers.push_back(number);
        }
    }
    ::closedir(folder);
    std::ranges::sort(numbers);
    return numbers;
}

Result<Sibling> fork_sibling() {
    // Where glibc keeps the number of the thread: the copy must hold the number of the new one.
    int* thread_number = nullptr;
    if (::prctl(PR_GET_TID_ADDRESS, &thread_number, 0, 0, 0) != 0 || thread_number == nullptr) {
        return Error{ErrorKind::unavailable,
                     "This kernel does not tell where a thread keeps its number (it was built "
                     "without CONFIG_CHECKPOINT_RESTORE)."};
    }
    // The kernel forgets the list of robust mutexes in a copy.
    robust_list_head* mutexes = nullptr;
    std::size_t mutexes_size = 0;
    ::syscall(SYS_get_robust_list, 0, &mutexes, &mutexes_size);
    int watch = -1;
    clone_args how{};
    how.flags = CLONE_PARENT | CLONE_PIDFD | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
    how.pidfd = address_of(&watch);
    how.child_tid = address_of(thread_number);
    const long pid = ::syscall(SYS_clone3, &how, sizeof how);
    if (pid < 0) {
        return Error{ErrorKind::unavailable,
                     std::string("Cannot fork: ") + std::strerror(errno) + "."};
    }
    if (pid == 0) {
        if (mutexes != nullptr) {
            ::syscall(SYS_set_robust_list, mutexes, mutexes_size);
        }
        return Sibling{true, ::getpid(), {}};
    }
    return Sibling{false, static_cast<pid_t>(pid), FileDescriptor(watch)};
}

bool overwrite_environment(const std::string& entry) {
    const std::string name = entry.substr(0, entry.find('='));
    char* const value = ::getenv(name.c_str());
    if (value == nullptr || entry.size() == name.size()) {
        return false;
    }
    const std::string wanted = entry.substr(name.size() + 1);
    const std::size_t room = std::strlen(value);
    if (wanted.size() > room) {
        return false;
    }
    std::memset(value, 0, room);
    std::memcpy(value, wanted.data(), wanted.size());
    return true;
}

void overwrite_arguments(char** arguments, int count, const std::vector<std::string>& words) {
    if (count < 2) {
        return;
    }
    char* const begin = arguments[1];
    const char* const last = arguments[count - 1];
    const std::size_t room = static_cast<std::size_t>(last - begin) + std::strlen(last);
    std::string text;
    for (const std::string& word : words) {
        text += word + '\0';
    }
    text.resize(std::min(text.size(), room));
    std::memset(begin, 0, room);
    std::memcpy(begin, text.data(), text.size());
}

}  // namespace drover
