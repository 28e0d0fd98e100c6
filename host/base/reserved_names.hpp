/// Names that no agent may have, because a program of the fleet itself has them.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace drover {

inline constexpr std::array<std::string_view, 2> reserved_names{"drover-router", "droverd"};

[[nodiscard]] inline bool is_reserved_name(std::string_view name) {
    return std::ranges::find(reserved_names, name) != reserved_names.end();
}

}  // namespace drover
