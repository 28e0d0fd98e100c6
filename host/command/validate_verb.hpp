/// `drover validate`: everything that is wrong with a fleet's file, without starting anything.
#pragma once

#include <filesystem>

namespace drover {

struct ValidateOptions {
    std::filesystem::path file;
    bool as_json = false;
};

/// Returns the exit code: `exit_failed` with a fault, or with a plugin that cannot be loaded.
[[nodiscard]] int run_validate(const ValidateOptions& options);

}  // namespace drover
