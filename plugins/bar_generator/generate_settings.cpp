// What `drover generate bars` was asked for, checked.
#include "bar_generator/generate_settings.hpp"

#include <charconv>
#include <limits>
#include <stdexcept>

#include "bar_generator/bar_walk.hpp"
#include "decimal/decimal_text.hpp"
#include "market_data/timestamp.hpp"

namespace drover {

namespace {

constexpr std::int64_t most_bars = 1'000'000'000;
constexpr std::int64_t nanos_a_tick = 10'000'000;
/// The history provider reads years up to 2261; the last bar has to end by then.
constexpr std::int64_t end_of_time = 9'214'646'400;  // 2262-01-01T00:00:00Z

[[noreturn]] void refuse(const char* option, const std::string& value, const std::string& why) {
    throw std::invalid_argument(std::string(option) + " '" + value + "' " + why + ".");
}

template <typename Number>
bool read_number(const std::string& text, Number& number) {
    const char* end = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && read == end;
}

std::int64_t count_of(const std::string& text) {
    std::int64_t count = 0;
    if (!read_number(text, count) || count < 1 || count > most_bars) {
        refuse("--count", text, "is no number of bars; write 1 to 1000000000");
    }
    return count;
}

std::int64_t bar_seconds_of(const std::string& text) {
    const auto length = parse_interval(text);
    // Four digits at most, as the configuration of the history provider has it.
    if (!length || text.front() == '0' || text.size() > 5) {
        refuse("--interval",
               text,
               "is no length of a bar; write a number up to 9999 and s, m, h, d or w, like 5m");
    }
    return *length / nanoseconds_per_second;
}

std::uint64_t seed_of(const std::string& text) {
    std::uint64_t seed = 0;
    if (!read_number(text, seed)) {
        refuse("--seed", text, "is no whole number from 0 to 18446744073709551615");
    }
    return seed;
}

std::int64_t start_of(const std::string& text) {
    const auto stamp = parse_timestamp(text);
    if (!stamp || stamp->time < 0 || stamp->time % nanoseconds_per_second != 0) {
        refuse("--start",
               text,
               "is neither a date like 2020-01-02 nor a whole second like 2020-01-02T09:30:00Z, "
               "from 1970 on");
    }
    return stamp->time / nanoseconds_per_second;
}

std::int64_t price_of(const std::string& text) {
    const ParsedDecimal parsed = parse_nano_decimal(text);
    if (parsed.fault != DecimalFault::none || parsed.units % nanos_a_tick != 0 ||
        parsed.units < BarWalk::least_start * Int128{nanos_a_tick} ||
        parsed.units > BarWalk::most_start * Int128{nanos_a_tick}) {
        refuse("--price", text, "is no price from 1.00 to 1000000.00 in steps of 0.01");
    }
    return static_cast<std::int64_t>(parsed.units / nanos_a_tick);
}

}  // namespace

GenerateSettings read_generate_settings(const GenerateOptions& options) {
    GenerateSettings settings;
    settings.count = count_of(options.count);
    settings.bar_seconds = bar_seconds_of(options.interval);
    settings.seed = seed_of(options.seed);
    settings.start = start_of(options.start);
    settings.price = price_of(options.price);
    if (settings.count > (end_of_time - settings.start) / settings.bar_seconds) {
        refuse("--count",
               options.count,
               "is too many: " + options.count + " bars of " + options.interval + " from " +
                   options.start + " end after the year 2261");
    }
    return settings;
}

}  // namespace drover
