/// What a backtest came to, as one JSON document and as a table.
#pragma once

#include <string>

#include "base/json.hpp"

namespace drover {

/// One document of what the simulation answered, {"summary", "host", …}: the summary's own text, so
/// that its numbers stay as they were printed, and the host's keys behind it. Where there is no
/// summary that can be printed, the keys that every report has stand there with null.
[[nodiscard]] std::string backtest_document(const Json& answer);

/// A sentence where no agent published a summary that can be printed; empty: there is one.
[[nodiscard]] std::string summary_warning(const Json& answer);

/// The document's keys, one a line, without what is an object or a list of objects. Numbers are as
/// the document has them.
[[nodiscard]] std::string backtest_table(const std::string& document);

}  // namespace drover
