/// Reading the text of a configuration file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>

#include "config/fleet_config.hpp"

namespace drover {

/// The whole text of a file, or why it cannot be used: it cannot be opened, is a folder, a pipe or
/// a device, is larger than 4 MiB, or is not UTF-8 text.
[[nodiscard]] std::variant<std::string, Fault> read_source_text(const std::filesystem::path& file);

/// Whether every byte belongs to UTF-8 text without NUL.
[[nodiscard]] bool is_utf8_text(std::string_view text);

}  // namespace drover
