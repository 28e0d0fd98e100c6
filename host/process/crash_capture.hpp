/// What a process that dies by a fault leaves on its status page: the signal and where it was.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drover {

/// The part of the status page that the dying process writes. Plain data: it outlives the process.
struct CrashArea {
    static constexpr std::size_t most_frames = 64;
    static constexpr std::size_t most_modules = 16;
    static constexpr std::size_t longest_path = 192;

    struct Frame {
        std::uint64_t offset;  ///< In the module; without one the address itself.
        std::uint32_t module;  ///< Its number; most_modules: none is known.
        std::uint32_t unused;
    };

    std::atomic<std::int32_t> signal;  ///< 0: none. Written last.
    std::uint32_t frame_count;
    std::uint32_t module_count;
    std::uint32_t unused;
    std::uint64_t address;  ///< What a fault of memory is about, as the kernel told it.
    std::array<Frame, most_frames> frames;
    std::array<std::array<char, longest_path>, most_modules> modules;  ///< Paths, ended by 0.
};

/// One frame of a captured stack.
struct CrashFrame {
    std::string module;  ///< The path of the file; empty where none is known.
    std::uint64_t offset = 0;
};

/// What was captured.
struct CrashCapture {
    int signal = 0;
    std::uint64_t address = 0;
    std::vector<CrashFrame> frames;  ///< The innermost first.
};

/// Makes SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT and SIGSYS of this process (not of children that
/// it forks) leave the stack of the thread they hit in `area`, before they end the process as they
/// would have. The stack of the calling thread may overflow. `program` is the path told for frames
/// of the program itself. Call it once; `area` must live for ever.
void capture_crashes(CrashArea& area, const std::string& program);

/// Reads what a process left; nothing when it was not ended by such a signal. A child wrote it, so
/// nothing in it is believed unseen.
[[nodiscard]] std::optional<CrashCapture> read_capture(const CrashArea& area);

}  // namespace drover
