/// From what an agent asks of drover.simulation/1 to the arguments of `drover backtest`.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace drover {

/// `request` is the JSON object of <drover/extension/simulation.h>. Where it names no file the copy
/// is meant that droverd keeps of what the fleet runs with, or `fleet_file` where `fleet_copy` is
/// empty; the folder of `fleet_file` is what a relative path starts from. Fails with `invalid` and
/// a sentence for keys that are not known and values of another form. What a value means to the
/// simulated fleet is not judged here.
[[nodiscard]] Result<std::vector<std::string>> backtest_arguments(
    std::string_view request,
    const std::filesystem::path& fleet_file,
    const std::filesystem::path& fleet_copy = {});

}  // namespace drover
