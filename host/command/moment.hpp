/// Moments as a person types them: `--since 10m`.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace drover {

/// Wall ns of "10m" and "2h" (so long before `now`), "2026-11-26" (midnight),
/// "2026-11-26T09:30", "…T09:30:15.250Z" or "…+01:00". Without a zone it is UTC, as all times that
/// drover prints. Fails with `invalid` and a sentence that shows the right forms.
[[nodiscard]] Result<std::int64_t> parse_moment(std::string_view text, std::int64_t now);

}  // namespace drover
