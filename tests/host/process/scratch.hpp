/// Helpers of the process tests: a folder that removes itself, and waiting for something to hold.
#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

#include <poll.h>

#include "base/clock.hpp"

namespace drover::test {

/// A fresh folder under the system's temporary folder, removed at the end.
class ScratchFolder {
public:
    ScratchFolder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "drover-test-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Asks every millisecond until `holds` or the time is over; returns whether it held.
inline bool eventually(const std::function<bool()>& holds,
                       std::chrono::seconds longest = std::chrono::seconds(20)) {
    const Monotonic deadline = monotonic_now() + longest;
    while (true) {
        // Asked first, so that there is a look behind the deadline, whatever kept this process.
        const bool is_over = monotonic_now() > deadline;
        if (holds()) {
            return true;
        }
        if (is_over) {
            return false;
        }
        ::poll(nullptr, 0, 1);
    }
}

}  // namespace drover::test
