/// A message as JSON, for people: what `drover tap` prints.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/json_value.hpp"
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

struct MessageJson {
    /// {"topic","type","publisher","incarnation","sequence","topic_sequence","cause","event_time",
    /// "publish_time"} and "records" (a list of objects, see decode_record). Unknown handles are
    /// numbers; of a payload that cannot be decoded there is "bytes", its size, and "problem", a
    /// sentence.
    Json keys;
    /// In the place of "records" the payload that is JSON: its text, digit for digit.
    std::optional<std::string> value;

    /// All of it as one document on one line.
    [[nodiscard]] std::string line() const;
};

[[nodiscard]] MessageJson message_to_json(const MessageFrame& message, const FrameNames& names);

}  // namespace drover
