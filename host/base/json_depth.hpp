/// How deep JSON from outside may be. Values are copied and written by functions that call
/// themselves: one that is a million lists deep would end the stack, and the program with it.
#pragma once

#include <cstddef>

namespace drover {

/// So many lists and objects may lie in each other; parse_json refuses more.
inline constexpr std::size_t deepest_json = 200;

}  // namespace drover
