/// Sizes that rooms on one floor must agree on.
#pragma once

#include <cstddef>

namespace drover {

/// The largest frame that a link carries, in bytes; docs/wire.md promises it.
inline constexpr std::size_t largest_frame = std::size_t{4} << 20U;

}  // namespace drover
