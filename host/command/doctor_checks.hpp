/// What `drover doctor` looks at: the machine, one check a sentence.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace drover {

enum class Verdict { ok, warn, fail };

/// "ok", "warn", "fail".
[[nodiscard]] const char* text_of(Verdict verdict);

/// What one check found.
struct CheckResult {
    std::string name;  ///< "disk".
    Verdict verdict = Verdict::ok;
    std::string found;   ///< "12.3 GB of 50.0 GB are free in /srv/fleet".
    std::string advice;  ///< What to do; empty when all is well.
};

/// The free and the whole space of a disk, in bytes.
struct DiskSpace {
    std::uint64_t free = 0;
    std::uint64_t whole = 0;
};

/// Verdicts on what was measured.
[[nodiscard]] CheckResult judge_disk(const std::string& folder, const DiskSpace& space);
[[nodiscard]] CheckResult judge_open_files(std::uint64_t soft, std::uint64_t hard);
[[nodiscard]] CheckResult judge_kernel(const std::string& release);

/// Where the fleet is, or would be.
struct DoctorPlace {
    std::filesystem::path state_directory;
    std::filesystem::path file;
    bool is_file_named = false;  ///< Else a missing file is no fault.
};

/// Runs every check, one after the other. Changes nothing.
[[nodiscard]] std::vector<CheckResult> run_checks(const DoctorPlace& place);

/// The checks of the machine alone, without a fleet: kernel, limits, clock, memory.
[[nodiscard]] std::vector<CheckResult> machine_checks();

}  // namespace drover
