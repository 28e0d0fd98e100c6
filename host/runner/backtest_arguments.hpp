/// From what an agent asks of drover.simulation/1 to the arguments of `drover backtest`.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace drover {

/// `request` is the JSON object of <drover/extension/simulation.h>; `fleet_file` is meant where it
/// names no file, and its folder is what a relative path starts from. Fails with `invalid` and a
/// sentence for keys that are not known and values of another form. What a value means to the
/// simulated fleet is not judged here.
[[nodiscard]] Result<std::vector<std::string>> backtest_arguments(
    std::string_view request, const std::filesystem::path& fleet_file);

}  // namespace drover
