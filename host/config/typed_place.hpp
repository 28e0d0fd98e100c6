/// Places that are options of the command line and no lines of a file.
#pragma once

#include "config/fleet_config.hpp"

namespace drover {

/// Whether it was typed as an option: then `file` is "--set …" or "--from …".
[[nodiscard]] inline bool is_on_command_line(const SourcePlace& place) {
    return place.line == 0 && place.file.starts_with("--");
}

}  // namespace drover
