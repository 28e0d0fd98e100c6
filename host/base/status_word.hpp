/// The statuses of the C ABI as words, for JSON and people.
#pragma once

#include <cstdint>
#include <string_view>

#include <drover/status.h>

namespace drover {

/// "ok", "timeout", "lost", …: the constant's name without DROVER_ and E_, in lower case. "failed"
/// for a number that is none of them.
[[nodiscard]] constexpr std::string_view status_word(std::int32_t status) {
    switch (status) {
        case DROVER_OK:
            return "ok";
        case DROVER_PENDING:
            return "pending";
        case DROVER_E_INVALID:
            return "invalid";
        case DROVER_E_STATE:
            return "state";
        case DROVER_E_UNSUPPORTED:
            return "unsupported";
        case DROVER_E_NOT_FOUND:
            return "not_found";
        case DROVER_E_CONFIG:
            return "config";
        case DROVER_E_TOO_BIG:
            return "too_big";
        case DROVER_E_TIMEOUT:
            return "timeout";
        case DROVER_E_LOST:
            return "lost";
        case DROVER_E_THREAD:
            return "thread";
        case DROVER_E_NO_MEMORY:
            return "no_memory";
        case DROVER_E_IO:
            return "io";
        case DROVER_E_INTERNAL:
            return "internal";
        case DROVER_E_TYPE:
            return "type";
        case DROVER_E_DENIED:
            return "denied";
        case DROVER_E_GATED:
            return "gated";
        case DROVER_E_QUOTA:
            return "quota";
        default:
            return status > 0 ? "ok" : "failed";
    }
}

}  // namespace drover
