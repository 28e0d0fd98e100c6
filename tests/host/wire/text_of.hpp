/// Bytes of a frame as text.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace drover {

inline std::string text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace drover
