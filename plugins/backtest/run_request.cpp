// What a request to the runner agent asks for, read and checked.
#include "backtest/run_request.hpp"

#include <nlohmann/json.hpp>

#include <drover/agent.hpp>

namespace drover {
namespace {

constexpr std::size_t longest_label = 64;

[[noreturn]] void refuse(const std::string& sentence) {
    throw Failure("request", sentence, DROVER_E_INVALID);
}

nlohmann::json read_object(std::string_view text, const std::string& form) {
    const auto json =
        nlohmann::json::parse(text.empty() ? std::string_view("{}") : text, nullptr, false);
    if (!json.is_object()) {
        refuse("The request is no JSON object: write " + form + ".");
    }
    return json;
}

std::string read_label(const nlohmann::json& value) {
    if (!value.is_string() || value.get_ref<const std::string&>().empty() ||
        value.get_ref<const std::string&>().size() > longest_label) {
        refuse("'label' takes a text of 1 to " + std::to_string(longest_label) +
               " bytes, and this is " + value.dump() + ".");
    }
    return value.get<std::string>();
}

std::string read_text(const std::string& key, const nlohmann::json& value, const char* example) {
    if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
        refuse("'" + key + "' takes a text such as \"" + example + "\", and this is " +
               value.dump() + ".");
    }
    return value.get<std::string>();
}

/// "AGENT.KEY=VALUE" for each change. JSON values are values of YAML as they stand.
nlohmann::json read_sets(const nlohmann::json& value) {
    auto sets = nlohmann::json::array();
    if (value.is_object()) {
        for (const auto& [key, changed] : value.items()) {
            if (key.find('.') == std::string::npos || key.find('=') != std::string::npos) {
                refuse("'set' has the key '" + key + "': write AGENT.KEY, as in risk.account.");
            }
            sets.push_back(key + "=" + changed.dump());
        }
        return sets;
    }
    if (!value.is_array()) {
        refuse("'set' takes {\"AGENT.KEY\": VALUE} or [\"AGENT.KEY=VALUE\"], and this is " +
               value.dump() + ".");
    }
    for (const auto& change : value) {
        if (!change.is_string()) {
            refuse("'set' takes texts AGENT.KEY=VALUE in its list, and this is " + change.dump() +
                   ".");
        }
        sets.push_back(change);
    }
    return sets;
}

}  // namespace

RunRequest read_run_request(std::string_view json) {
    RunRequest request;
    auto simulation = nlohmann::json::object();
    const auto asked = read_object(json, R"({"from": "2000-01-03", "set": {"AGENT.KEY": VALUE}})");
    for (const auto& [key, value] : asked.items()) {
        if (key == "label") {
            request.label = read_label(value);
        } else if (key == "set") {
            simulation[key] = read_sets(value);
        } else if (key == "file") {
            simulation[key] = read_text(key, value, "agents.yaml");
        } else if (key == "from" || key == "to") {
            simulation[key] = read_text(key, value, "2000-01-03");
        } else {
            refuse("The key '" + key +
                   "' is not known: a run takes 'file', 'from', 'to', 'set' and 'label'.");
        }
    }
    request.simulation = simulation.dump();
    return request;
}

CancelRequest read_cancel_request(std::string_view json) {
    const std::string form = R"({"run": 3} or {"label": "TEXT"})";
    const auto asked = read_object(json, form);
    CancelRequest request;
    if (asked.size() == 1 && asked.contains("run") && asked["run"].is_number_unsigned()) {
        request.run = asked["run"].get<std::uint64_t>();
    } else if (asked.size() == 1 && asked.contains("label")) {
        request.label = read_label(asked["label"]);
    } else {
        refuse("The request names no run: write " + form + ".");
    }
    return request;
}

}  // namespace drover
