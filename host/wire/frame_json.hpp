/// A message as JSON, for people: what `drover tap` prints.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/json.hpp"
#include "base/message_type.hpp"
#include "wire/message_frame.hpp"

namespace drover {

/// Who the handles of frames belong to.
struct FrameNames {
    /// The message type of a handle; null for an unknown one.
    std::function<const MessageType*(std::uint32_t)> type;
    /// The name of a publisher's handle; empty for an unknown one.
    std::function<std::string(std::uint32_t)> publisher;
};

/// {"topic","type","publisher","incarnation","sequence","topic_sequence","cause","event_time",
/// "publish_time"} and "records" (a list of objects, see decode_record) or, for JSON, "value".
/// Unknown handles become numbers; a payload that cannot be decoded becomes "bytes", its size,
/// and "problem", a sentence.
[[nodiscard]] Json message_to_json(const MessageFrame& message, const FrameNames& names);

}  // namespace drover
