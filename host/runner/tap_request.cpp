#include "runner/tap_request.hpp"

#include <utility>

#include "base/json_value.hpp"

namespace drover {
namespace {

std::optional<TapRequest::Past> past_of(const Json& json) {
    const auto log = json.find("log");
    if (log == json.end() || log->is_null()) {
        return std::nullopt;
    }
    TapRequest::Past past;
    past.folder = log->at("folder").get<std::string>();
    past.position = log->at("position").get<std::uint64_t>();
    if (const Json& time = log->at("time"); !time.is_null()) {
        past.time = time.get<std::int64_t>();
    }
    return past;
}

}  // namespace

Result<TapRequest> read_tap_request(const Json& json) {
    try {
        TapRequest request;
        request.endpoint = json.at("endpoint").get<std::string>();
        request.pattern = json.at("pattern").get<std::string>();
        request.past = past_of(json);
        request.count = value_or<std::uint64_t>(json, "count", 0);
        request.rate = value_or<std::uint64_t>(json, "rate", 0);
        request.as_json = value_or<std::string>(json, "format", "text") == "json";
        for (const Json& entry : json.at("types")) {
            auto type = message_type_from_json(entry);
            if (!type) {
                return type.error();
            }
            request.types.emplace(entry.at("handle").get<std::uint32_t>(), std::move(type.value()));
        }
        for (const auto& [name, handle] : json.at("publishers").items()) {
            request.publishers[handle.get<std::uint32_t>()] = name;
        }
        return request;
    } catch (const Json::exception& error) {
        return Error{ErrorKind::invalid,
                     std::string("The tap's request cannot be read: ") + error.what()};
    }
}

}  // namespace drover
