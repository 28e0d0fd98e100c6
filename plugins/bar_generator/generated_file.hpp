/// Writes generated bars to a file or to standard output.
#pragma once

#include <string>

#include "bar_generator/generate_settings.hpp"

namespace drover {

/// Writes the bars to `path`, "-" for standard output. A file appears whole or not at all; one that
/// is there already is replaced only with `overwrite`; a device or a pipe is written to as it is.
/// Throws std::runtime_error with one sentence that names the file and the cause.
void write_generated_file(const GenerateSettings& settings,
                          const std::string& path,
                          bool overwrite);

}  // namespace drover
