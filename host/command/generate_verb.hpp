/// `drover generate`: hands its words to drover-generate, because the host knows no prices.
#pragma once

#include <string>
#include <vector>

namespace drover {

/// Becomes `drover-generate ARGUMENTS…`, which answers for options, help and exit code. Returns an
/// exit code only where that program cannot be started.
[[nodiscard]] int run_generate(const std::vector<std::string>& arguments);

}  // namespace drover
