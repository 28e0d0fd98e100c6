#include "config/environment.hpp"

#include <algorithm>
#include <cstdlib>

namespace drover {
namespace {

constexpr std::string_view default_mark = ":-";

bool is_variable_name(std::string_view name) {
    const auto is_letter = [](char letter) {
        return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') ||
               letter == '_';
    };
    return !name.empty() && is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char letter) {
               return is_letter(letter) || (letter >= '0' && letter <= '9');
           });
}

/// The value of "NAME" or "NAME:-default".
Result<std::string> value_of(std::string_view reference) {
    const std::size_t mark = reference.find(default_mark);
    const std::string name(reference.substr(0, mark));
    if (!is_variable_name(name)) {
        return Error{ErrorKind::invalid,
                     "'${" + std::string(reference) +
                         "}' names no environment variable: write ${NAME} or "
                         "${NAME:-default}, and $$ for a dollar."};
    }
    const char* const value = std::getenv(name.c_str());
    if (mark != std::string_view::npos && (value == nullptr || *value == '\0')) {
        return std::string(reference.substr(mark + default_mark.size()));
    }
    if (value == nullptr) {
        return Error{ErrorKind::not_found,
                     "The environment variable " + name +
                         " is not set: set it, or give a default with ${" + name + ":-default}."};
    }
    return std::string(value);
}

}  // namespace

Result<std::string> replace_variables(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::size_t dollar = text.find('$');
        result += text.substr(0, dollar);
        if (dollar == std::string_view::npos) {
            break;
        }
        text.remove_prefix(dollar);
        if (text.starts_with("$$")) {
            result += '$';
            text.remove_prefix(2);
        } else if (!text.starts_with("${")) {
            result += '$';
            text.remove_prefix(1);
        } else {
            const std::size_t end = text.find('}');
            if (end == std::string_view::npos) {
                return Error{ErrorKind::invalid,
                             "'" + std::string(text) +
                                 "' opens a brace that is not closed: write "
                                 "${NAME}, and $$ for a dollar."};
            }
            auto value = value_of(text.substr(2, end - 2));
            if (!value) {
                return value.error();
            }
            result += value.value();
            text.remove_prefix(end + 1);
        }
    }
    return result;
}

void replace_variables(YamlNode& node, std::vector<Fault>& faults) {
    if (node.kind == YamlNode::Kind::scalar && !node.is_literal) {
        auto replaced = replace_variables(node.text);
        if (replaced) {
            node.text = std::move(replaced.value());
        } else {
            faults.push_back({node.place, replaced.error().message});
        }
    }
    for (YamlNode& item : node.items) {
        replace_variables(item, faults);
    }
    for (YamlEntry& entry : node.entries) {
        replace_variables(entry.value, faults);
    }
}

}  // namespace drover
