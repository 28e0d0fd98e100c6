/// Why an agent is stopped, in the words of the control channel, and why it wants to end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <drover/agent.h>
#include <drover/status.h>

namespace drover {

/// The agent wants to end: it is done (status OK), or cannot go on.
struct StopWish {
    drover_status status = DROVER_OK;
    std::string code;
    std::string text;
};

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
