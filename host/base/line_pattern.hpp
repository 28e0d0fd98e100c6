/// A pattern that a line of text may match.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <regex.h>

#include "base/result.hpp"

namespace drover {

/// A POSIX extended regular expression, as `grep -E` takes it, found anywhere in a line. Matching
/// takes time in proportion to the line: back-references, which may take for ever, are refused, and
/// so is what takes long to compile: more than 1000 bytes, or 2000 with its bounds in
/// braces written out.
class LinePattern {
public:
    /// Fails with `invalid` and a sentence for what is no such expression, or is empty.
    [[nodiscard]] static Result<LinePattern> compile(const std::string& text);

    [[nodiscard]] bool matches(std::string_view line) const;
    /// As it was written.
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    LinePattern(std::string text, std::shared_ptr<const regex_t> compiled)
        : text_(std::move(text)), compiled_(std::move(compiled)) {}

    std::string text_;
    std::shared_ptr<const regex_t> compiled_;
};

}  // namespace drover
