#include "base/json_value.hpp"

namespace drover {

Result<Json> parse_json(std::string_view text) {
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& error) {
        return Error{ErrorKind::invalid, std::string("This is not JSON: ") + error.what()};
    }
}

std::string to_line(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace drover
