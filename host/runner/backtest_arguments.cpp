#include "runner/backtest_arguments.hpp"

#include "base/json_value.hpp"

namespace drover {
namespace {

constexpr const char* known_keys = "'file', 'from', 'to' and 'set'";

Error wrong(const std::string& sentence) {
    return {ErrorKind::invalid, "The simulation's request " + sentence};
}

/// A value with its option in one word, so that a value that begins with a dash stays a value.
std::string option(const char* name, const std::string& value) {
    return std::string("--") + name + "=" + value;
}

/// Whether the text can be an argument of a process at all.
bool is_argument(const Json& value) {
    return value.is_string() && value.get_ref<const std::string&>().find('\0') == std::string::npos;
}

Result<void> add_sets(const Json& sets, std::vector<std::string>& arguments) {
    if (!sets.is_array()) {
        return wrong("has 'set': " + to_line(sets) +
                     ", which is no list: write [\"AGENT.KEY=VALUE\", …].");
    }
    for (const Json& set : sets) {
        if (!is_argument(set)) {
            return wrong("has " + to_line(set) + " in 'set': write \"AGENT.KEY=VALUE\".");
        }
        arguments.push_back(option("set", set.get<std::string>()));
    }
    return success();
}

}  // namespace

Result<std::vector<std::string>> backtest_arguments(std::string_view request,
                                                    const std::filesystem::path& fleet_file,
                                                    const std::filesystem::path& fleet_copy) {
    const auto parsed = parse_json(request);
    if (!parsed) {
        return wrong("is no JSON: " + parsed.error().message);
    }
    if (!parsed.value().is_object()) {
        return wrong("is no JSON object: " + to_line(parsed.value()));
    }
    std::filesystem::path file;
    std::vector<std::string> arguments{"backtest", "-o", "json"};
    for (const auto& [key, value] : parsed.value().items()) {
        if (key == "set") {
            if (auto added = add_sets(value, arguments); !added) {
                return added.error();
            }
        } else if (key != "file" && key != "from" && key != "to") {
            return wrong("has the key '" + key + "', which is not known; it takes " + known_keys +
                         ".");
        } else if (!is_argument(value) || value.get_ref<const std::string&>().empty()) {
            return wrong("has '" + key + "': " + to_line(value) + ", which is no text.");
        } else if (key == "file") {
            file = fleet_file.parent_path() / value.get<std::string>();
        } else {
            arguments.push_back(option(key.c_str(), value.get<std::string>()));
        }
    }
    if (file.empty() && !fleet_copy.empty()) {
        arguments.push_back(option("running", fleet_copy.string()));
    } else {
        arguments.push_back(option("file", (file.empty() ? fleet_file : file).string()));
    }
    return arguments;
}

}  // namespace drover
