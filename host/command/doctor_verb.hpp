/// `drover doctor`: whether a fleet can run here, and what to do where it cannot.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "command/doctor_checks.hpp"

namespace drover {

struct DoctorOptions {
    DoctorPlace place;
    bool as_json = false;
};

/// One line a check: the verdict, what was found, and what to do.
[[nodiscard]] std::string doctor_text(const std::vector<CheckResult>& results);

/// {"ok": …, "checks": [{"name", "verdict", "found", "advice"}]}
[[nodiscard]] Json doctor_json(const std::vector<CheckResult>& results);

/// Returns the exit code: 1 when a check fails.
[[nodiscard]] int run_doctor(const DoctorOptions& options);

}  // namespace drover
