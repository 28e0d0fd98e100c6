/// The plan of `drover apply` as text.
#pragma once

#include <string>

#include "base/json.hpp"

namespace drover {

/// One line a change, the sign first, and one for all that is left alone. `answer` is the document
/// of `drover apply -o json`.
[[nodiscard]] std::string plan_text(const Json& answer);

}  // namespace drover
