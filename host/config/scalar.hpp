/// What a scalar of YAML means: its type by the core schema, durations, and its JSON text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/fleet_config.hpp"

namespace drover {

/// The type of a scalar that was written without quotes. `ambiguous` is what YAML 1.1 and 1.2 or
/// JSON read differently: 012, .inf, .nan.
enum class PlainType { null, boolean, number, ambiguous, text };
[[nodiscard]] PlainType plain_type(std::string_view text);

/// The JSON number for a YAML number. Decimal digits stay exactly as they were typed (100000.50);
/// only what JSON cannot spell is respelled: +5, .5, 5., 0x1F, 0o17. Fails for hexadecimal and
/// octal numbers beyond 64 bits.
[[nodiscard]] Result<std::string> json_number(std::string_view text);

/// "250ms", "1.5s", "2m", "1h". Fails for a bare number, another unit, or more than a year.
[[nodiscard]] Result<Nanoseconds> parse_duration(std::string_view text);

/// Bytes as a person writes them, in the largest unit that leaves a whole number: "16MiB". From 1
/// KiB on, in whole ones.
[[nodiscard]] std::string size_text(std::uint64_t bytes);

/// "512KiB", "10MiB", "1GiB": bytes. Fails for a bare number, another unit, a fraction, or more
/// than 1024 GiB.
[[nodiscard]] Result<std::uint64_t> parse_size(std::string_view text);

/// "2000/s": so many a second. Fails for anything else, 0/s included.
[[nodiscard]] Result<int> parse_rate(std::string_view text);

}  // namespace drover
