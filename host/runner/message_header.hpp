/// The header of a message that an agent publishes, as it goes on the wire and into its file.
#pragma once

#include "runner/transport.hpp"
#include "wire/message_frame.hpp"

namespace drover {

[[nodiscard]] MessageHeader header_of(const PublishedMessage& message);

}  // namespace drover
