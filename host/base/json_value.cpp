#include "base/json_value.hpp"

#include <algorithm>
#include <string>

#include "base/json_depth.hpp"
#include "base/json_letters.hpp"

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

/// "number overflow parsing '1e400'." of "[json.exception.out_of_range.406] number …".
std::string sentence_of(const Json::out_of_range& error) {
    const std::string text = error.what();
    const std::size_t end = text.find("] ");
    return (end == std::string::npos ? text : text.substr(end + 2)) + ".";
}

bool is_too_deep(std::string_view text) {
    std::size_t depth = 0;
    const auto goes_too_deep = [&depth](char letter) {
        if (letter == '[' || letter == '{') {
            return ++depth > deepest_json;
        }
        if ((letter == ']' || letter == '}') && depth > 0) {
            --depth;
        }
        return false;
    };
    return find_outside_strings(text, 0, goes_too_deep) < text.size();
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
    if (is_too_deep(text)) {
        return Error{
            ErrorKind::invalid,
            "more than " + std::to_string(deepest_json) + " lists and objects lie in each other."};
    }
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& error) {
        return Error{ErrorKind::invalid, sentence_of(error)};
    } catch (const Json::out_of_range& error) {
        return Error{ErrorKind::invalid, sentence_of(error)};
    }
}

std::string to_line(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string on_one_line(std::string_view json) {
    std::string line(json);
    // No string of JSON holds a line break as it is.
    std::ranges::replace_if(
        line, [](char letter) { return letter == '\n' || letter == '\r'; }, ' ');
    return line;
}

std::string to_line_with(const Json& object, const char* key, std::string_view value) {
    std::string text = to_line(object);
    text.pop_back();
    return text + (object.empty() ? "\"" : ",\"") + key + "\":" + on_one_line(value) + "}";
}

}  // namespace drover
