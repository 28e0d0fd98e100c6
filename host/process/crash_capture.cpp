// Boost.Stacktrace walks the stack, glibc says in which file an address lies. Both are safe in a
// handler: glibc 2.35 finds objects without a lock, and libgcc 12 unwinds with what it finds.
#include "process/crash_capture.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <memory>

#include <boost/stacktrace/safe_dump_to.hpp>
#include <dlfcn.h>
#include <link.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

namespace drover {
namespace {

constexpr std::array deadly{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS};
constexpr std::size_t handler_stack = std::size_t{64} << 10U;
/// The frames of the handler itself come on top.
constexpr std::size_t most_addresses = CrashArea::most_frames + 8;

CrashArea* the_area = nullptr;
pid_t the_process = -1;
std::array<char, CrashArea::longest_path> the_program{};

/// Where the interrupted thread was; nullptr on machines whose registers are not known here.
const void* interrupted_at([[maybe_unused]] void* context) {
#if defined(__x86_64__)
    const auto* const where = static_cast<const ucontext_t*>(context);
    return reinterpret_cast<const void*>(where->uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
    const auto* const where = static_cast<const ucontext_t*>(context);
    return reinterpret_cast<const void*>(where->uc_mcontext.pc);
#else
    return nullptr;
#endif
}

/// Copies as much as there is room for; the rest of `target` is 0 and stays so.
void copy_text(std::array<char, CrashArea::longest_path>& target, const char* text) {
    std::memcpy(target.data(), text, ::strnlen(text, target.size() - 1));
}

/// The number of a module in the area, a new one for a new path.
std::uint32_t module_number(CrashArea& area, const char* path) {
    for (std::uint32_t number = 0; number < area.module_count; ++number) {
        if (std::strncmp(area.modules[number].data(), path, CrashArea::longest_path - 1) == 0) {
            return number;
        }
    }
    if (area.module_count == CrashArea::most_modules) {
        return CrashArea::most_modules;
    }
    copy_text(area.modules[area.module_count], path);
    return area.module_count++;
}

void add_frame(CrashArea& area, const void* address) {
    CrashArea::Frame frame{reinterpret_cast<std::uint64_t>(address), CrashArea::most_modules, 0};
    dl_find_object found{};
    if (::_dl_find_object(const_cast<void*>(address), &found) == 0) {
        const link_map* const object = found.dlfo_link_map;
        const bool is_program = object->l_name == nullptr || object->l_name[0] == '\0';
        frame.module = module_number(area, is_program ? the_program.data() : object->l_name);
        if (frame.module != CrashArea::most_modules) {
            frame.offset -= object->l_addr;
        }
    }
    area.frames[area.frame_count++] = frame;
}

void on_deadly_signal(int signal, siginfo_t* info, void* context) {
    // Asked of the kernel: a child that still shares this memory must not pass for this process.
    const auto me = static_cast<pid_t>(::syscall(SYS_getpid));
    if (me == the_process && the_area->frame_count == 0) {
        std::array<const void*, most_addresses> addresses{};
        (void)boost::stacktrace::safe_dump_to(addresses.data(), sizeof addresses);
        const void* const* const end =
            std::find(addresses.begin(), addresses.end(), static_cast<const void*>(nullptr));
        const void* const* const interrupted =
            std::find(addresses.cbegin(), end, interrupted_at(context));
        for (const void* const* at = interrupted == end ? addresses.cbegin() : interrupted;
             at != end && the_area->frame_count < CrashArea::most_frames;
             ++at) {
            add_frame(*the_area, *at);
        }
        // What was sent by a process has the sender in that place.
        the_area->address = info->si_code > 0 ? reinterpret_cast<std::uint64_t>(info->si_addr) : 0;
        the_area->signal.store(signal, std::memory_order_release);
    }
    // The handler is gone by now. A fault happens again on return; what was sent is sent again, and
    // so is SIGSYS: a system call that is forbidden is not made again.
    if (info->si_code <= 0 || signal == SIGSYS) {
        (void)::raise(signal);
    }
}

}  // namespace

void capture_crashes(CrashArea& area, const std::string& program) {
#if defined(__SANITIZE_ADDRESS__)
    (void)area;
    (void)program;
    (void)&on_deadly_signal;
    return;  // The sanitizer tells more of a fault, and wants the signals for itself.
#endif
    // Not written to: each process would take all of its pages at its start.
    static const auto stack = std::make_unique_for_overwrite<char[]>(handler_stack);
    the_area = &area;
    the_process = ::getpid();
    copy_text(the_program, program.c_str());
    // A stack that overflowed has no room for a handler.
    stack_t other{};
    other.ss_sp = stack.get();
    other.ss_size = handler_stack;
    ::sigaltstack(&other, nullptr);
    struct sigaction action {};
    action.sa_sigaction = &on_deadly_signal;
    action.sa_flags = static_cast<int>(SA_SIGINFO | SA_ONSTACK | SA_RESETHAND);
    ::sigemptyset(&action.sa_mask);
    for (const int signal : deadly) {
        ::sigaction(signal, &action, nullptr);
    }
}

std::optional<CrashCapture> read_capture(const CrashArea& area) {
    CrashCapture capture;
    capture.signal = area.signal.load(std::memory_order_acquire);
    if (capture.signal == 0) {
        return std::nullopt;
    }
    capture.address = area.address;
    const std::size_t count = std::min<std::size_t>(area.frame_count, CrashArea::most_frames);
    for (std::size_t number = 0; number < count; ++number) {
        const CrashArea::Frame frame = area.frames[number];
        std::string module;
        if (frame.module < CrashArea::most_modules) {
            const auto& path = area.modules[frame.module];
            module = std::string(path.begin(), std::find(path.begin(), path.end(), '\0'));
        }
        capture.frames.push_back({std::move(module), frame.offset});
    }
    return capture;
}

}  // namespace drover
