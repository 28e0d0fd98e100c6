/// `drover kill-switch engage|release|status`: writes the page itself, so that it works when
/// droverd is hung or dead.
#pragma once

#include <filesystem>
#include <string>

namespace drover {

enum class KillSwitchWish { engage, release, status };

struct KillSwitchOptions {
    std::filesystem::path state_directory;
    KillSwitchWish wish = KillSwitchWish::status;
    std::string reason;
    bool as_json = false;
};

/// Returns the exit code.
[[nodiscard]] int run_kill_switch(const KillSwitchOptions& options);

}  // namespace drover
