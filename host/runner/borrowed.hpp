/// Text as the C ABI takes it.
#pragma once

#include <string_view>

#include <drover/value.h>

namespace drover {

/// The same bytes, lent: they must live as long as the callee may look at them.
[[nodiscard]] inline drover_string borrowed(std::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace drover
