/// What YAML's parser says too briefly, or not at all, about broken syntax.
#pragma once

#include <string>
#include <string_view>

namespace drover {

/// A sentence for a syntax error: the parser's words in plain ones, and hints from the line at
/// `line` (from 0), such as a tab or a `${` without quotes.
[[nodiscard]] std::string explain_syntax(const std::string& message,
                                         std::string_view text,
                                         int line);

/// Whether the quoted scalar at the start of `text` (before it an anchor or a tag) ends. yaml-cpp
/// takes the end of the file for the missing quote.
[[nodiscard]] bool is_quote_closed(std::string_view text);

}  // namespace drover
