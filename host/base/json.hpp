/// The JSON value used across the host. Include <nlohmann/json_fwd.hpp>'s alias in headers through
/// this file; sources that work with values include "base/json_value.hpp".
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace drover {

/// Keeps the order in which keys were written, so that what people wrote is what they read.
using Json = nlohmann::ordered_json;

}  // namespace drover
