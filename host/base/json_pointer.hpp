/// Places in JSON documents, as RFC 6901 writes them.
#pragma once

#include <string>
#include <string_view>

namespace drover {

/// A key as one step of a JSON pointer: "/" and the key, its "~" and "/" escaped.
[[nodiscard]] std::string pointer_step(std::string_view key);

}  // namespace drover
