#include "link/curve_keys.hpp"

#include <array>
#include <cstdint>

#include <zmq.h>

namespace drover {

Result<CurveKeys> make_curve_keys() {
    std::array<char, curve_key_length + 1> public_key{};
    std::array<char, curve_key_length + 1> secret_key{};
    if (::zmq_curve_keypair(public_key.data(), secret_key.data()) != 0) {
        return Error{ErrorKind::unavailable,
                     "No keys can be made: the installed libzmq was built without CURVE."};
    }
    return CurveKeys{public_key.data(), secret_key.data()};
}

bool is_curve_key(std::string_view text) {
    std::array<std::uint8_t, curve_key_length / 5 * 4> bytes{};
    return text.size() == curve_key_length &&
           ::zmq_z85_decode(bytes.data(), std::string(text).c_str()) != nullptr;
}

}  // namespace drover
