/// Names for the frames of a captured stack: function, file and line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace drover {

/// Where a frame lies.
struct FramePlace {
    std::string module;  ///< The path of an ELF file.
    std::uint64_t offset = 0;
    bool is_return = true;  ///< A call returns there: the call itself lies before it.
};

/// What stands there. Empty texts: the file has no such symbols.
struct FrameName {
    std::string function;  ///< Demangled.
    std::string file;
    int line = 0;
};

/// Looks into the files, and into separate debug files where the system has them. One name for
/// each frame, in their order. Fails never: what cannot be read has no names.
[[nodiscard]] std::vector<FrameName> names_of(const std::vector<FramePlace>& frames);

}  // namespace drover
