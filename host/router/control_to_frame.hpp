/// A control body as a frame of its own.
#pragma once

#include <cstddef>
#include <span>

#include "link/frame.hpp"
#include "wire/control_frame.hpp"

namespace drover {

template <typename Body>
[[nodiscard]] Frame control_to_frame(const Body& body) {
    return Frame(std::span<const std::byte>(encode_control(body)));
}

}  // namespace drover
