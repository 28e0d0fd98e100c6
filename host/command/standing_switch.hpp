/// How the kill switch of a state directory stands, for commands that do not change it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "process/kill_switch_page.hpp"

namespace drover {

/// What the switch in `state_directory` says when it is engaged, as one that cannot be read or is
/// missing where a fleet was. Nothing when it is released, and where no fleet was started yet.
[[nodiscard]] std::optional<KillSwitchState> engaged_switch(
    const std::filesystem::path& state_directory);

/// "The kill switch is ENGAGED since TIME by WHO: REASON", or "released" and the same; what is not
/// known is left out, and what a terminal would act on is escaped.
[[nodiscard]] std::string text_of(const KillSwitchState& state);

}  // namespace drover
