#include "config/env_file.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <string_view>

#include "config/source_text.hpp"

namespace drover {
namespace {

constexpr const char* blanks = " \t\r";

bool is_variable(std::string_view name) {
    const auto is_letter = [](char letter) {
        return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') ||
               letter == '_';
    };
    return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, [&](char letter) {
        return is_letter(letter) || (letter >= '0' && letter <= '9');
    });
}

std::string_view trimmed_line(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Whether only a comment follows.
bool is_rest_empty(std::string_view rest) {
    rest = trimmed_line(rest);
    return rest.empty() || rest.front() == '#';
}

std::optional<std::string> single_quoted(std::string_view text) {
    const std::size_t end = text.find('\'', 1);
    if (end == std::string_view::npos || !is_rest_empty(text.substr(end + 1))) {
        return std::nullopt;
    }
    return std::string(text.substr(1, end - 1));
}

std::optional<std::string> double_quoted(std::string_view text) {
    std::string value;
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '"') {
            return is_rest_empty(text.substr(at + 1)) ? std::optional(value) : std::nullopt;
        }
        if (text[at] == '\\' && at + 1 < text.size()) {
            const char letter = text[++at];
            value += letter == 'n' ? '\n' : letter == 't' ? '\t' : letter;
        } else {
            value += text[at];
        }
    }
    return std::nullopt;
}

std::optional<std::string> env_value_of(std::string_view text) {
    if (text.starts_with('\'')) {
        return single_quoted(text);
    }
    if (text.starts_with('"')) {
        return double_quoted(text);
    }
    return std::string(trimmed_line(text.substr(0, std::min(text.find(" #"), text.find("\t#")))));
}

/// Why a line is no good; nothing when it is. Adds its variable.
std::optional<std::string> read_env_line(std::string_view line, EnvironmentVariables& variables) {
    constexpr std::string_view exported = "export ";
    if (line.starts_with(exported)) {
        line = trimmed_line(line.substr(exported.size()));
    }
    const std::size_t equals = line.find('=');
    const std::string name(trimmed_line(line.substr(0, equals)));
    if (equals == std::string_view::npos || !is_variable(name)) {
        return "NAME=VALUE is expected here, with a name of letters, digits and _.";
    }
    if (name.starts_with("DROVER_")) {
        return "'" + name + "' belongs to drover: give the variable another name.";
    }
    const auto value = env_value_of(trimmed_line(line.substr(equals + 1)));
    if (!value) {
        return "the quotes of '" + name + "' are not closed at the end of the value.";
    }
    std::erase_if(variables, [&key = name](const auto& known) { return known.first == key; });
    variables.emplace_back(name, *value);
    return std::nullopt;
}

void read_env_file(const YamlNode& node,
                   const MapReader& reader,
                   AgentConfig& agent,
                   const std::filesystem::path& folder) {
    if (node.kind != YamlNode::Kind::scalar || node.text.empty()) {
        reader.add_fault(
            node.place,
            "'env_file' takes a file or a list of files, and this is " + describe(node) + ".");
        return;
    }
    const std::filesystem::path file = (folder / node.text).lexically_normal();
    const auto text = read_source_text(file);
    if (const auto* const fault = std::get_if<Fault>(&text)) {
        reader.add_fault(node.place, "'env_file': " + fault->text());
        return;
    }
    for (auto& [name, value] :
         parse_env_text(std::get<std::string>(text), file.string(), reader.faults())) {
        std::erase_if(agent.variables,
                      [&key = name](const auto& known) { return known.first == key; });
        agent.variables.emplace_back(name, std::move(value));
    }
}

}  // namespace

EnvironmentVariables parse_env_text(const std::string& text,
                                    const std::string& file,
                                    std::vector<Fault>& faults) {
    EnvironmentVariables variables;
    std::istringstream lines(text);
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        const std::string_view content = trimmed_line(line);
        if (content.empty() || content.front() == '#') {
            continue;
        }
        if (const auto why = read_env_line(content, variables)) {
            const auto column = static_cast<int>(line.find_first_not_of(blanks)) + 1;
            faults.push_back({{file, number, column}, *why});
        }
    }
    return variables;
}

void read_env_files(const MapReader& reader,
                    AgentConfig& agent,
                    const std::filesystem::path& folder) {
    const YamlEntry* const entry = reader.find("env_file");
    if (entry == nullptr) {
        return;
    }
    if (entry->value.kind == YamlNode::Kind::list) {
        for (const YamlNode& item : entry->value.items) {
            read_env_file(item, reader, agent, folder);
        }
        return;
    }
    read_env_file(entry->value, reader, agent, folder);
}

}  // namespace drover
