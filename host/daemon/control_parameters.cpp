#include "daemon/control_parameters.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/json_value.hpp"
#include "base/names.hpp"

namespace drover {
namespace {

enum class ParameterType { text, flag, number, names };

struct MethodParameter {
    std::string_view name;
    ParameterType type;
};

struct ControlMethod {
    std::string_view name;
    std::vector<MethodParameter> parameters;
};

const std::vector<ControlMethod>& control_methods() {
    constexpr MethodParameter name{"name", ParameterType::text};
    constexpr MethodParameter names{"names", ParameterType::names};
    constexpr MethodParameter all{"all", ParameterType::flag};
    constexpr MethodParameter file{"file", ParameterType::text};
    constexpr MethodParameter port{"port", ParameterType::text};
    constexpr MethodParameter by{"by", ParameterType::text};
    static const std::vector<ControlMethod> methods{
        {"status", {names}},
        {"start", {names, all, by}},
        {"stop", {names, all, by}},
        {"restart", {names, all, by}},
        {"shutdown", {{"now", ParameterType::flag}, by}},
        {"apply",
         {file,
          {"rollback", ParameterType::number},
          {"dry_run", ParameterType::flag},
          {"saved", ParameterType::flag},
          by}},
        {"applied", {}},
        {"scale", {name, {"replicas", ParameterType::number}, by}},
        {"describe", {name}},
        {"graph", {}},
        {"tap", {}},
        {"record", {}},
        {"recording", {}},
        {"request",
         {{"agent", ParameterType::text},
          port,
          {"body", ParameterType::text},
          {"timeout_ms", ParameterType::number}}},
        {"servers", {port}},
        {"log", {{"what", ParameterType::text}, name, {"position", ParameterType::number}, by}},
        {"signal", {name, {"signal", ParameterType::number}, by}},
        {"upgrade",
         {name, file, {"trial_ms", ParameterType::number}, {"rehearsal", ParameterType::flag}, by}},
        {"upgrade_self", {{"program", ParameterType::text}, by}},
        {"ping", {}}};
    return methods;
}

bool is_of_type(const Json& value, ParameterType type) {
    switch (type) {
        case ParameterType::text:
            return value.is_string();
        case ParameterType::flag:
            return value.is_boolean();
        case ParameterType::number:
            return value.is_number_integer();
        case ParameterType::names:
            return value.is_array() &&
                   std::ranges::all_of(value, [](const Json& each) { return each.is_string(); });
    }
    return false;
}

const char* wanted_type(ParameterType type) {
    switch (type) {
        case ParameterType::text:
            return "a text";
        case ParameterType::flag:
            return "true or false";
        case ParameterType::number:
            return "a whole number";
        case ParameterType::names:
            return "a list of agents' names";
    }
    return "";
}

template <typename Named>
std::vector<std::string> names_of_all(const std::vector<Named>& all) {
    std::vector<std::string> names;
    for (const Named& each : all) {
        names.emplace_back(each.name);
    }
    return names;
}

std::string unknown_parameter(const ControlMethod& method, const std::string& name) {
    const auto known = names_of_all(method.parameters);
    std::string help = did_you_mean(name, known);
    if (help.empty()) {
        help = known.empty() ? " It takes none." : " It takes";
        for (const std::string& each : known) {
            help += (each == known.front() ? " '" : ", '") + each + "'";
        }
        help += known.empty() ? "" : ".";
    }
    return "'" + std::string(method.name) + "' has no parameter '" + name + "'." + help;
}

}  // namespace

std::optional<RpcError> fault_in_call(const std::string& method, const Json& params) {
    const auto& methods = control_methods();
    const auto called = std::ranges::find(methods, method, &ControlMethod::name);
    if (called == methods.end()) {
        return RpcError{
            RpcError::unknown_method,
            "There is no method '" + method + "'." + did_you_mean(method, names_of_all(methods))};
    }
    for (const auto& [name, value] : params.items()) {
        const auto known =
            std::ranges::find(called->parameters, std::string_view(name), &MethodParameter::name);
        if (known == called->parameters.end()) {
            return RpcError{RpcError::invalid_parameters, unknown_parameter(*called, name)};
        }
        if (!value.is_null() && !is_of_type(value, known->type)) {
            return RpcError{RpcError::invalid_parameters,
                            "'" + name + "' must be " + wanted_type(known->type) + "."};
        }
    }
    return std::nullopt;
}

}  // namespace drover
