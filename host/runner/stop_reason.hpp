/// Why an agent is stopped, in the words of the control channel.
#pragma once

#include <cstdint>
#include <string_view>

#include <drover/agent.h>

namespace drover {

/// DROVER_STOP_… of `reason`; a word that is not known counts as a request.
[[nodiscard]] inline std::int32_t stop_reason(std::string_view reason) {
    if (reason == "shutdown") {
        return DROVER_STOP_SHUTDOWN;
    }
    if (reason == "completed") {
        return DROVER_STOP_COMPLETED;
    }
    return reason == "failed" ? DROVER_STOP_FAILED : DROVER_STOP_REQUESTED;
}

}  // namespace drover
