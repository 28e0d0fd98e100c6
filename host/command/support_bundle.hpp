/// `drover support-bundle`: everything somebody else needs to understand a fleet's trouble, in one
/// file, without its secrets.
#pragma once

#include <filesystem>

#include "command/doctor_checks.hpp"

namespace drover {

struct BundleOptions {
    DoctorPlace place;
    std::filesystem::path output;  ///< Empty: drover-support-TIME.tar.gz in the working directory.
};

/// Returns the exit code.
[[nodiscard]] int run_support_bundle(const BundleOptions& options);

}  // namespace drover
