/// The JSON value used across the host. Include <nlohmann/json_fwd.hpp>'s alias in headers through
/// this file; sources that work with values include "base/json_value.hpp".
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace drover {

template <typename Value, typename = void>
struct JsonConversion;

/// Keeps the order in which keys were written, so that what people wrote is what they read; reads
/// whole numbers as base/json_conversion.hpp says.
using Json = nlohmann::basic_json<nlohmann::ordered_map,
                                  std::vector,
                                  std::string,
                                  bool,
                                  std::int64_t,
                                  std::uint64_t,
                                  double,
                                  std::allocator,
                                  JsonConversion>;

}  // namespace drover
