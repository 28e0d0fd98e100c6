/// The whole text of a small file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace drover {

/// What the file holds; nothing where it cannot be opened or read to its end, with errno telling
/// why: EINVAL for a pipe or a device, which is never waited for. Never throws for a file's sake:
/// what lies in /proc or in a control group can vanish between two reads, and a stream's iterator
/// would throw then.
[[nodiscard]] std::optional<std::string> read_file_text(const std::filesystem::path& file);

}  // namespace drover
