#include "config/yaml_syntax.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace drover {
namespace {

using Explanation = std::pair<std::string_view, std::string_view>;
constexpr std::array explanations{
    Explanation{"end of map flow not found",
                "a '{' is not closed by '}', or a ',' is missing before this place"},
    Explanation{"end of sequence flow not found",
                "a '[' is not closed by ']', or a ',' is missing before this place"},
    Explanation{"end of map not found",
                "this line belongs to no map above it; compare its indentation and quotes"},
    Explanation{"end of sequence not found",
                "this line belongs to no list above it; compare its indentation and quotes"},
    Explanation{"illegal map value",
                "a ':' stands where no value can begin; quote a text that holds ': ', and compare "
                "the indentation with the line above"},
    Explanation{"illegal map key", "a key cannot stand here"},
    Explanation{"unknown token", "a text that begins with this character needs quotes"},
    Explanation{"illegal EOF in scalar", "a quote that opens before this place is not closed"},
    Explanation{"bad file", "values are nested too deeply"}};

std::string_view line_at(std::string_view text, int line) {
    for (; line > 0; --line) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) {
            return {};
        }
        text.remove_prefix(end + 1);
    }
    return text.substr(0, text.find('\n'));
}

/// Skips an anchor or a tag and the blanks behind it.
std::string_view skip_properties(std::string_view text) {
    while (!text.empty() && (text.front() == '&' || text.front() == '!')) {
        text.remove_prefix(std::min(text.find_first_of(" \t\r\n"), text.size()));
        text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    }
    return text;
}

}  // namespace

std::string explain_syntax(const std::string& message, std::string_view text, int line) {
    const auto* const known =
        std::find_if(explanations.begin(), explanations.end(), [&](const Explanation& candidate) {
            return candidate.first == message;
        });
    std::string sentence = "This is not valid YAML: ";
    sentence += known == explanations.end() ? std::string_view(message) : known->second;
    sentence += ".";
    const std::string_view at = line_at(text, line);
    if (at.substr(0, at.find_first_not_of(" \t")).find('\t') != std::string_view::npos) {
        sentence += " The line is indented with a tab; use spaces.";
    }
    if (at.find("${") != std::string_view::npos) {
        sentence += " Inside { } and [ ] a text with ${NAME} needs quotes.";
    }
    return sentence;
}

bool is_quote_closed(std::string_view text) {
    const std::string_view rest = skip_properties(text);
    if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) {
        return true;
    }
    const char quote = rest.front();
    for (std::size_t index = 1; index < rest.size(); ++index) {
        if (quote == '"' && rest[index] == '\\') {
            ++index;
        } else if (rest[index] == quote) {
            const bool is_doubled =
                quote == '\'' && index + 1 < rest.size() && rest[index + 1] == quote;
            if (!is_doubled) {
                return true;
            }
            ++index;
        }
    }
    return false;
}

}  // namespace drover
