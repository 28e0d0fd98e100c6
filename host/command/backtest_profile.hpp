/// The table of `drover backtest --profile`: what each part of the run cost.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.hpp"

namespace drover {

/// `profile` is the simulation's: {"steps","sampled_steps","reading_nanoseconds","parts":[{"kind",
/// "name","count","seconds"}]}. `bars` is what the costs are divided by; without bars the steps.
[[nodiscard]] std::string profile_table(const Json& profile, std::uint64_t bars);

}  // namespace drover
