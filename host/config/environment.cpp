#include "config/environment.hpp"

#include <algorithm>
#include <cstdlib>

#include "config/agent_secrets.hpp"

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
    if (reference.starts_with("secret:")) {
        return Error{ErrorKind::invalid,
                     "'${" + std::string(reference) +
                         "}' stands for a secret: it must be the whole value, in the config of an "
                         "agent."};
    }
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

namespace {

/// Where in the file a value stands, as far as it matters: only below agents.NAME.config may it be
/// a secret.
struct SecretPlace {
    std::size_t depth = 0;
    bool is_in_agents = false;
    bool is_in_config = false;

    [[nodiscard]] SecretPlace below(const std::string& key) const {
        constexpr std::size_t of_agents = 0;
        constexpr std::size_t of_config = 2;
        return {depth + 1,
                is_in_agents || (depth == of_agents && key == "agents"),
                is_in_config || (is_in_agents && depth == of_config && key == "config")};
    }
};

void replace_in_scalar(YamlNode& node, const SecretPlace& place, std::vector<Fault>& faults) {
    node.secret = place.is_in_config ? secret_name_in(node.text) : "";
    if (!node.secret.empty()) {
        return;
    }
    auto replaced = replace_variables(node.text);
    if (replaced) {
        node.text = std::move(replaced.value());
    } else {
        faults.push_back({node.place, replaced.error().message});
    }
}

void replace_below(YamlNode& node, const SecretPlace& place, std::vector<Fault>& faults) {
    if (node.kind == YamlNode::Kind::scalar && !node.is_literal) {
        replace_in_scalar(node, place, faults);
    }
    for (YamlNode& item : node.items) {
        replace_below(item, place, faults);
    }
    for (YamlEntry& entry : node.entries) {
        replace_below(entry.value, place.below(entry.key), faults);
    }
}

}  // namespace

void replace_variables(YamlNode& root, std::vector<Fault>& faults) {
    replace_below(root, {}, faults);
}

}  // namespace drover
