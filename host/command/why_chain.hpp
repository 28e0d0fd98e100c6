/// What led to the messages that mention a thing: they, what caused them, what caused that, …
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "command/message_source.hpp"

namespace drover {};

/// The chain of all messages with a record that has `id` as the whole of a text field (JSON: as a
/// value anywhere), a cause before what it caused. Empty where nothing mentions it. Reads the
/// source twice.
[[nodiscard]] Result<std::vector<WhyLink>> why_chain(MessageSource& source, const std::string& id);

}  // namespace drover
