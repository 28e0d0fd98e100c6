#include "base/json_value.hpp"

#include <string>

namespace drover {

namespace {

/// "line 1, column 3: invalid literal; last read: 'nu '." of the library's
/// "[json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing
/// value - invalid literal; last read: 'nu '".
std::string sentence_of(const Json::parse_error& error) {
    std::string text = error.what();
    constexpr std::string_view before_place = " at line ";
    const std::size_t place = text.find(before_place);
    if (place == std::string::npos) {
        return text + ".";
    }
    text = "line " + text.substr(place + before_place.size());
    const std::size_t colon = text.find(": ");
    const std::size_t dash = text.find(" - ");
    if (colon != std::string::npos && dash != std::string::npos && colon < dash) {
        text = text.substr(0, colon + 2) + text.substr(dash + 3);
    }
    return text + ".";
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& error) {
        return Error{ErrorKind::invalid, sentence_of(error)};
    }
}

std::string to_line(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace drover
