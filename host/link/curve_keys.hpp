/// Key pairs of CURVE, ZeroMQ's encryption, as text: 40 letters in Z85, as every client takes them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace drover {

inline constexpr std::size_t curve_key_length = 40;

struct CurveKeys {
    std::string public_key;
    std::string secret_key;
};

/// A new pair. Fails with `unavailable` where this libzmq has no CURVE.
[[nodiscard]] Result<CurveKeys> make_curve_keys();

/// Whether a text can be a key.
[[nodiscard]] bool is_curve_key(std::string_view text);

}  // namespace drover
