/// Any JSON document as text for people: keys, nested keys, and tables for lists of records.
#pragma once

#include <cstddef>
#include <string>

#include "base/json.hpp"

namespace drover {

/// One line a key, aligned; nested objects indented; lists of flat objects as tables.
[[nodiscard]] std::string outline_of(const Json& document, std::size_t indent = 0);

}  // namespace drover
