#include "command/callback_watch.hpp"

#include <array>
#include <cstdio>
#include <filesystem>

#include "process/processor_wait.hpp"

namespace drover {
namespace {

std::string hexadecimal_text(std::uint64_t number) {
    std::array<char, 32> text{};
    (void)std::snprintf(
        text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(number));
    return text.data();
}

}  // namespace

std::optional<std::chrono::nanoseconds> CallbackWatch::look(Monotonic now, pid_t child) {
    const std::uint64_t progress = page_.progress.load(std::memory_order_relaxed);
    if (progress != progress_ || agent() != agent_ || callback() != callback_) {
        progress_ = progress;
        agent_ = agent();
        callback_ = callback();
        since_ = now;
        waited_before_ = processor_wait(child);
        return std::nullopt;
    }
    return now - since_ - (processor_wait(child) - waited_before_);
}

std::string CallbackWatch::fault_text() const {
    const auto capture = read_capture(page_.crash);
    if (!capture || capture->frames.empty() || capture->frames.front().module.empty()) {
        return "";
    }
    const CrashFrame& frame = capture->frames.front();
    return " (at " + std::filesystem::path(frame.module).filename().string() + "+" +
           hexadecimal_text(frame.offset) + ")";
}

}  // namespace drover
