/// Messages between two processes that carry open descriptors with them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"
#include "process/launcher.hpp"

namespace drover {

/// One message. Its descriptors are close-on-exec.
struct DescriptorMessage {
    std::string text;
    std::vector<FileDescriptor> descriptors;
};

/// Two connected sockets that keep messages apart; both block and are close-on-exec.
[[nodiscard]] Result<SocketPair> make_message_socket_pair();

/// Sends a text of at most 4096 bytes and copies of at most 8 descriptors. Returns whether all of
/// it was taken; a full non-blocking socket takes none of it.
[[nodiscard]] bool send_message(int socket,
                                std::string_view text,
                                std::span<const int> descriptors = {});

/// Receives one message; waits for it where the socket blocks. Nothing when none waits, or when the
/// other side is gone, which `is_ended` tells.
[[nodiscard]] std::optional<DescriptorMessage> receive_message(int socket, bool& is_ended);

}  // namespace drover
