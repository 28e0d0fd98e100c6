/// One of the checks of `drover doctor`.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "command/doctor_checks.hpp"

namespace drover::test {

inline const CheckResult& check(const std::vector<CheckResult>& results, const std::string& name) {
    const auto found = std::ranges::find(results, name, &CheckResult::name);
    EXPECT_NE(found, results.end()) << name;
    return found == results.end() ? results.front() : *found;
}

}  // namespace drover::test
