/// Text of others on a person's terminal: reasons, names and sentences that may hold anything.
#pragma once

#include <string>
#include <string_view>

namespace drover {

/// The text with every control character written out (`\n`, `\t`, `\x1b`, `\u009b`), so that it
/// can neither move the cursor nor begin a line of its own. What is not UTF-8 becomes `\xNN` too.
[[nodiscard]] std::string printable(std::string_view text);

/// The same for text of several lines: newlines stay.
[[nodiscard]] std::string printable_lines(std::string_view text);

/// A value of the user's for a sentence: whole up to 100 bytes, else its beginning, cut between two
/// characters, with " … (N bytes)" behind it.
[[nodiscard]] std::string excerpt(std::string_view text);

}  // namespace drover
