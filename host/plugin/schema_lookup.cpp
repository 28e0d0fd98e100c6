#include "plugin/schema_lookup.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/printable_text.hpp"

namespace drover {
namespace {

using Value = nlohmann::json;
using Schemas = std::vector<const Value*>;

constexpr int most_references = 32;

/// The part of `root` that a local reference such as "#/definitions/x" names.
const Value* target_of(const Value& root, const std::string& reference) {
    if (!reference.starts_with('#')) {
        return nullptr;
    }
    const Value* target = &root;
    for (const std::string& step : steps_of(std::string_view(reference).substr(1))) {
        if (!target->is_object() || !target->contains(step)) {
            return nullptr;
        }
        target = &target->at(step);
    }
    return target;
}

/// Adds a schema and all the schemas that it is made of.
void expand(const Value& root, const Value* schema, Schemas& into, int budget) {
    if (!schema->is_object() || budget == 0) {
        return;
    }
    into.push_back(schema);
    if (schema->contains("$ref") && schema->at("$ref").is_string()) {
        if (const Value* const target = target_of(root, schema->at("$ref"))) {
            expand(root, target, into, budget - 1);
        }
    }
    for (const char* key : {"allOf", "anyOf", "oneOf"}) {
        if (schema->contains(key) && schema->at(key).is_array()) {
            for (const Value& part : schema->at(key)) {
                expand(root, &part, into, budget - 1);
            }
        }
    }
    for (const char* key : {"then", "else"}) {
        if (schema->contains(key)) {
            expand(root, &schema->at(key), into, budget - 1);
        }
    }
}

bool matches(const std::string& text, const std::string& pattern) {
    try {
        return std::regex_search(text, std::regex(pattern, std::regex::ECMAScript));
    } catch (const std::regex_error&) {
        return false;
    }
}

/// Adds what one schema says of its member `step`.
void descend(const Value& root, const Value& schema, const std::string& step, Schemas& into) {
    bool is_named = false;
    if (schema.contains("properties") && schema.at("properties").contains(step)) {
        expand(root, &schema.at("properties").at(step), into, most_references);
        is_named = true;
    }
    if (schema.contains("patternProperties") && schema.at("patternProperties").is_object()) {
        for (const auto& [pattern, part] : schema.at("patternProperties").items()) {
            if (matches(step, pattern)) {
                expand(root, &part, into, most_references);
                is_named = true;
            }
        }
    }
    if (!is_named && schema.contains("additionalProperties")) {
        expand(root, &schema.at("additionalProperties"), into, most_references);
    }
    const bool is_index = !step.empty() && step.size() < 10 &&
                          step.find_first_not_of("0123456789") == std::string::npos;
    if (is_index && schema.contains("items")) {
        const Value& items = schema.at("items");
        const std::size_t index = std::stoul(step);
        if (!items.is_array()) {
            expand(root, &items, into, most_references);
        } else if (index < items.size()) {
            expand(root, &items[index], into, most_references);
        }
    }
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> type_words{{
    {"integer", "a whole number"},
    {"number", "a number"},
    {"string", "a text"},
    {"boolean", "true or false"},
    {"array", "a list"},
    {"object", "a map"},
    {"null", "nothing"},
}};

std::string quoted(const Value& value) {
    return value.is_string() ? "'" + value.get<std::string>() + "'" : value.dump();
}

std::string type_in_words(const std::string& type) {
    const auto* const found = std::find_if(type_words.begin(),
                                           type_words.end(),
                                           [&](const auto& entry) { return entry.first == type; });
    return found == type_words.end() ? type : std::string(found->second);
}

/// " of at least 1 and at most 9", for the bounds that a schema sets; empty where it sets none.
std::string bounds_in_words(const Value& schema) {
    constexpr std::array<std::pair<const char*, const char*>, 4> bounds{{
        {"minimum", "at least "},
        {"exclusiveMinimum", "more than "},
        {"maximum", "at most "},
        {"exclusiveMaximum", "less than "},
    }};
    std::string text;
    for (const auto& [key, words] : bounds) {
        if (schema.contains(key) && schema.at(key).is_number()) {
            text += (text.empty() ? " of " : " and ") + (words + schema.at(key).dump());
        }
    }
    return text;
}

}  // namespace

std::string_view effective_schema(std::string_view schema) {
    constexpr std::string_view only_empty =
        R"({"type": "object", "properties": {}, "additionalProperties": false})";
    return schema.empty() ? only_empty : schema;
}

std::vector<std::string> steps_of(std::string_view pointer) {
    std::vector<std::string> steps;
    while (!pointer.empty()) {
        pointer.remove_prefix(1);
        const std::size_t slash = pointer.find('/');
        const std::string_view escaped = pointer.substr(0, slash);
        std::string step;
        for (std::size_t index = 0; index < escaped.size(); ++index) {
            if (escaped[index] == '~' && index + 1 < escaped.size()) {
                step += escaped[++index] == '0' ? '~' : '/';
            } else {
                step += escaped[index];
            }
        }
        steps.push_back(std::move(step));
        pointer = slash == std::string_view::npos ? std::string_view{} : pointer.substr(slash);
    }
    return steps;
}

Schemas schemas_at(const Value& root, std::string_view pointer) {
    Schemas current;
    expand(root, &root, current, most_references);
    for (const std::string& step : steps_of(pointer)) {
        Schemas next;
        for (const Value* schema : current) {
            descend(root, *schema, step, next);
        }
        current = std::move(next);
    }
    return current;
}

std::string wanted_by(const Value& schema) {
    if (!schema.is_object()) {
        return {};
    }
    if (schema.contains("const")) {
        return quoted(schema.at("const"));
    }
    if (schema.contains("enum") && schema.at("enum").is_array()) {
        std::string text;
        for (const Value& value : schema.at("enum")) {
            text += (text.empty() ? "" : ", ");
            text += quoted(value);
        }
        return schema.at("enum").size() == 1 ? text : "one of " + text;
    }
    std::string text;
    if (schema.contains("type") && schema.at("type").is_string()) {
        text = type_in_words(schema.at("type"));
    } else if (schema.contains("type") && schema.at("type").is_array()) {
        for (const Value& type : schema.at("type")) {
            text += (text.empty() ? "" : " or ") + type_in_words(type.get<std::string>());
        }
    }
    text += bounds_in_words(schema);
    if (schema.contains("pattern") && schema.at("pattern").is_string()) {
        text += (text.empty() ? "a text" : "");
        text += " that matches " + schema.at("pattern").get<std::string>();
    }
    return text;
}

std::string found_in_words(const Value& value, const std::string& number) {
    switch (value.type()) {
        case Value::value_t::string:
            return "the text '" + excerpt(value.get<std::string>()) + "'";
        case Value::value_t::object:
            return "a map";
        case Value::value_t::array:
            return "a list";
        case Value::value_t::null:
            return "nothing";
        case Value::value_t::boolean:
            return value.get<bool>() ? "true" : "false";
        default:
            return "the number " + excerpt(number.empty() ? value.dump() : number);
    }
}

}  // namespace drover
