// What a request asks, read from JSON with a sentence for everything that is wrong with it.
#include "answer/question.hpp"

#include <algorithm>

#include <drover/agent.hpp>

namespace drover {

using Json = nlohmann::json;

namespace {

[[noreturn]] void refuse(const std::string& sentence) {
    throw Failure("request", sentence, DROVER_E_INVALID);
}

[[noreturn]] void refuse_value(const char* key, const char* wanted, const Json& value) {
    refuse("'" + std::string(key) + "' must be " + wanted + ", not " + value.dump() + ".");
}

}  // namespace

Question::Question(std::string_view json, std::initializer_list<std::string_view> known) {
    object_ = json.empty() ? Json::object() : Json::parse(json, nullptr, false);
    if (!object_.is_object()) {
        refuse("The request must be a JSON object, such as {}.");
    }
    for (const auto& [key, value] : object_.items()) {
        if (std::find(known.begin(), known.end(), key) != known.end()) {
            continue;
        }
        std::string names;
        for (const std::string_view name : known) {
            names += (names.empty() ? "" : ", ") + std::string(name);
        }
        refuse("The request has the key '" + key + "'; known are: " + names + ".");
    }
}

std::string Question::text(const char* key) const {
    const Json* value = find(key);
    if (value == nullptr) {
        return "";
    }
    if (!value->is_string()) {
        refuse_value(key, "text", *value);
    }
    return value->get<std::string>();
}

std::string Question::required_text(const char* key, const char* what) const {
    std::string found = text(key);
    if (found.find_first_not_of(" \t\n") == std::string::npos) {
        refuse("'" + std::string(key) + "' is missing: " + what + ".");
    }
    return found;
}

bool Question::flag(const char* key) const {
    const Json* value = find(key);
    if (value != nullptr && !value->is_boolean()) {
        refuse_value(key, "true or false", *value);
    }
    return value != nullptr && value->get<bool>();
}

std::optional<std::uint64_t> Question::count(const char* key) const {
    const Json* value = find(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->is_number_unsigned()) {
        refuse_value(key, "a whole number from 0", *value);
    }
    return value->get<std::uint64_t>();
}

std::vector<std::string> Question::texts(const char* key) const {
    const Json* value = find(key);
    if (value == nullptr) {
        return {};
    }
    const bool is_list =
        value->is_array() && std::all_of(value->begin(), value->end(), [](const Json& entry) {
            return entry.is_string();
        });
    if (!is_list) {
        refuse_value(key, "a list of texts", *value);
    }
    return value->get<std::vector<std::string>>();
}

const Json* Question::find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

}  // namespace drover
