/// What led to the messages that mention a thing: they, what caused them, what caused that, …
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "command/message_source.hpp"

namespace drover {

/// One message of the chain.
struct WhyLink {
    RecordedId id;
    RecordedId cause;               ///< All zero: none.
    bool is_cause_missing = false;  ///< It has one, which is not in the source.
    std::int64_t publish_time = 0;
    std::uint32_t depth = 0;  ///< How many messages its chain of causes has before it.
    bool is_mention = false;  ///< It mentions the thing; else it is a cause.
    /// As RecordingNames::message_json has it; of a message of several records that mentions the
    /// thing only the records that do.
    std::shared_ptr<const Json> message;
};

struct WhyChain {
    /// By time, a cause before what it caused; a verdict before the order of the same callback.
    std::vector<WhyLink> links;
    /// The source has two different messages of one id: it joins runs that do not belong together.
    bool is_contradictory = false;
};

/// The chain of all messages with a record that has `id` as the whole of a text field (JSON: as a
/// value anywhere). Empty where nothing mentions it. Reads the source twice.
[[nodiscard]] Result<WhyChain> why_chain(MessageSource& source, const std::string& id);

}  // namespace drover
