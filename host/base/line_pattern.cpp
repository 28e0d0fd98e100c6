#include "base/line_pattern.hpp"

#include <array>
#include <cctype>
#include <utility>

namespace drover {
namespace {

bool has_back_reference(const std::string& text) {
    for (std::size_t index = 0; index + 1 < text.size(); ++index) {
        if (text[index] == '\\') {
            ++index;
            if (std::isdigit(static_cast<unsigned char>(text[index])) != 0) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace

Result<LinePattern> LinePattern::compile(const std::string& text) {
    if (text.empty()) {
        return Error{ErrorKind::invalid, "an empty pattern matches every line"};
    }
    if (has_back_reference(text)) {
        return Error{ErrorKind::invalid,
                     "'" + text + "' has a back-reference, which may take too long to match"};
    }
    auto expression = std::make_unique<regex_t>();
    const int status = ::regcomp(expression.get(), text.c_str(), REG_EXTENDED | REG_NOSUB);
    if (status != 0) {
        std::array<char, 128> reason{};
        (void)::regerror(status, expression.get(), reason.data(), reason.size());
        return Error{ErrorKind::invalid,
                     "'" + text + "' is no extended regular expression: " + reason.data()};
    }
    const std::shared_ptr<const regex_t> compiled(expression.release(), [](const regex_t* owned) {
        ::regfree(const_cast<regex_t*>(owned));
        delete owned;
    });
    return LinePattern(text, compiled);
}

bool LinePattern::matches(std::string_view line) const {
    return ::regexec(compiled_.get(), std::string(line).c_str(), 0, nullptr, 0) == 0;
}

}  // namespace drover
