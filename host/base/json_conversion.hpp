/// How a JSON value becomes one of C++.
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace drover {

/// As the library does it.
template <typename Value, typename>
struct JsonConversion : nlohmann::adl_serializer<Value> {};

/// The library casts: 2^32 + 5 becomes the std::uint32_t 5, and 1e120 anything at all. Here a
/// number that `Number` cannot hold, or that is not whole, is refused like a text: Json::exception.
template <std::integral Number>
requires(!std::same_as<Number, bool>) struct JsonConversion<Number, void>
    : nlohmann::adl_serializer<Number> {
    template <typename Value>
    static void from_json(const Value& json, Number& number) {
        if (!json.is_number()) {
            throw Value::type_error::create(
                302, std::string("a number is wanted, not ") + json.type_name(), &json);
        }
        const auto held = whole_number(json);
        if (!held) {
            throw Value::out_of_range::create(
                406, json.dump() + " is not a whole number of the wanted size", &json);
        }
        number = *held;
    }

private:
    template <typename Value>
    static std::optional<Number> whole_number(const Value& json) {
        if (const auto* natural = json.template get_ptr<const std::uint64_t*>()) {
            return checked(*natural);
        }
        if (const auto* integer = json.template get_ptr<const std::int64_t*>()) {
            return checked(*integer);
        }
        // Both ends are powers of two, which a double holds; NaN is in no range.
        const double real = *json.template get_ptr<const double*>();
        const double beyond = std::ldexp(1.0, std::numeric_limits<Number>::digits);
        const bool fits = real >= static_cast<double>(std::numeric_limits<Number>::min()) &&
                          real < beyond && std::trunc(real) == real;
        return fits ? std::optional(static_cast<Number>(real)) : std::nullopt;
    }
    template <std::integral Held>
    static std::optional<Number> checked(Held held) {
        return std::in_range<Number>(held) ? std::optional(static_cast<Number>(held))
                                           : std::nullopt;
    }
};

}  // namespace drover
