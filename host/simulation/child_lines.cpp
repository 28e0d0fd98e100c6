#include "simulation/child_lines.hpp"

#include <utility>

#include <poll.h>

namespace drover {

std::optional<std::string> wait_for_line(LineChannel& channel) {
    while (!channel.is_ended()) {
        pollfd waiting{channel.descriptor(), POLLIN, 0};
        (void)::poll(&waiting, 1, -1);
        auto lines = channel.read_lines();
        if (!lines.empty()) {
            return std::move(lines.front());
        }
    }
    return std::nullopt;
}

void send_line(LineChannel& channel, const std::string& line) {
    channel.write_line(line);
    while (channel.has_unsent() && !channel.is_ended()) {
        pollfd waiting{channel.descriptor(), POLLOUT, 0};
        (void)::poll(&waiting, 1, -1);
        channel.flush();
    }
}

}  // namespace drover
