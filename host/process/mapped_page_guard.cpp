#include "process/mapped_page_guard.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace drover {
namespace {

/// A handler reads it: `memory` is set last and cleared first.
struct GuardedPage {
    std::atomic<char*> memory{nullptr};
    std::atomic<std::size_t> size{0};
    std::atomic<int> descriptor{-1};
    std::atomic<int> vain_tries{0};  ///< Faults while the file was long enough.
};

/// Another process may have given the file its length between the fault and the look at it; when
/// it faults again and again, there is no room for the page on the disk.
constexpr int most_vain_tries = 8;

std::array<GuardedPage, 32> guarded_pages{};
struct sigaction former_bus_action {};

void fill_page(GuardedPage& page, char* memory) {
    const std::size_t size = page.size.load(std::memory_order_relaxed);
    const int descriptor = page.descriptor.load(std::memory_order_relaxed);
    struct stat about {};
    if (::fstat(descriptor, &about) == 0 && about.st_size >= static_cast<off_t>(size)) {
        if (page.vain_tries.fetch_add(1, std::memory_order_relaxed) < most_vain_tries) {
            return;
        }
    } else if (::ftruncate(descriptor, static_cast<off_t>(size)) == 0) {
        return;
    }
    (void)::mmap(
        memory, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

/// As if this file had never taken the signal.
void pass_bus_on(int signal, siginfo_t* info, void* context) {
    const auto flags = static_cast<unsigned>(former_bus_action.sa_flags);
    const bool has_function =
        (flags & static_cast<unsigned>(SA_SIGINFO)) != 0 ||
        (former_bus_action.sa_handler != SIG_DFL && former_bus_action.sa_handler != SIG_IGN);
    if (!has_function || (flags & static_cast<unsigned>(SA_RESETHAND)) != 0) {
        (void)std::signal(signal, SIG_DFL);
    }
    if (!has_function) {
        if (info->si_code <= 0) {
            (void)::raise(signal);  // What was sent; a fault happens again on return.
        }
    } else if ((flags & static_cast<unsigned>(SA_SIGINFO)) != 0) {
        former_bus_action.sa_sigaction(signal, info, context);
    } else {
        former_bus_action.sa_handler(signal);
    }
}

void on_bus_error(int signal, siginfo_t* info, void* context) {
    const int kept = errno;
    const auto* const address = static_cast<const char*>(info->si_addr);
    for (GuardedPage& page : guarded_pages) {
        char* const memory = page.memory.load(std::memory_order_acquire);
        if (info->si_code > 0 && memory != nullptr && address >= memory &&
            address < memory + page.size.load(std::memory_order_relaxed)) {
            fill_page(page, memory);
            errno = kept;
            return;
        }
    }
    pass_bus_on(signal, info, context);
}

/// Again where somebody, such as the capture of crashes, has taken the signal since.
void take_bus_signal() {
    struct sigaction current {};
    if (::sigaction(SIGBUS, nullptr, &current) != 0 || current.sa_sigaction == &on_bus_error) {
        return;
    }
    former_bus_action = current;
    struct sigaction own {};
    own.sa_sigaction = &on_bus_error;
    own.sa_flags = SA_SIGINFO | SA_ONSTACK;
    ::sigemptyset(&own.sa_mask);
    ::sigaction(SIGBUS, &own, nullptr);
}

std::mutex& pages_turn() {
    static std::mutex turn;
    return turn;
}

}  // namespace

void guard_mapped_page(void* memory, std::size_t size, int descriptor) {
    const std::lock_guard turn(pages_turn());
    for (GuardedPage& page : guarded_pages) {
        if (page.memory.load(std::memory_order_relaxed) == nullptr) {
            page.size.store(size, std::memory_order_relaxed);
            page.descriptor.store(descriptor, std::memory_order_relaxed);
            page.vain_tries.store(0, std::memory_order_relaxed);
            page.memory.store(static_cast<char*>(memory), std::memory_order_release);
            take_bus_signal();
            return;
        }
    }
}

void forget_mapped_page(void* memory) {
    const std::lock_guard turn(pages_turn());
    for (GuardedPage& page : guarded_pages) {
        if (page.memory.load(std::memory_order_relaxed) == memory) {
            page.memory.store(nullptr, std::memory_order_release);
        }
    }
}

}  // namespace drover
