#include "command/backtest_options.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "command/verb_options.hpp"

namespace drover {

namespace {

std::optional<int> descriptor_of(const std::string& text) {
    int number = -1;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = fault == std::errc() && end == text.data() + text.size() && number >= 0;
    return is_number ? std::optional(number) : std::nullopt;
}

/// Whether a date begins the text; what may follow it is for the agent that reads it.
bool begins_with_date(std::string_view text) {
    constexpr std::string_view form = "dddd-dd-dd";
    if (text.size() < form.size()) {
        return false;
    }
    std::array<unsigned, 3> numbers{};  // Year, month, day.
    std::size_t part = 0;
    for (std::size_t at = 0; at < form.size(); ++at) {
        const bool is_digit = text[at] >= '0' && text[at] <= '9';
        if (form[at] == 'd' ? !is_digit : text[at] != form[at]) {
            return false;
        }
        if (is_digit) {
            numbers[part] = numbers[part] * 10 + static_cast<unsigned>(text[at] - '0');
        } else {
            ++part;
        }
    }
    return std::chrono::year_month_day(std::chrono::year(static_cast<int>(numbers[0])),
                                       std::chrono::month(numbers[1]),
                                       std::chrono::day(numbers[2]))
        .ok();
}

void add_end_of_range(CLI::App& verb,
                      const std::string& name,
                      const std::string& meaning,
                      std::optional<std::string>& target) {
    verb.add_option_function<std::string>(
            name, [&target](const std::string& date) { target = date; }, meaning)
        ->type_name("DATE")
        ->check(CLI::Validator(
            [](const std::string& text) {
                return begins_with_date(text) ? std::string()
                                              : "'" + text +
                                                    "' is no date: write it as in 2000-01-03, or a "
                                                    "time as in 2020-01-02T09:30:00Z.";
            },
            ""));
}

}  // namespace

void add_backtest_options(CLI::App& verb, BacktestOptions& options) {
    add_fleet_file(verb, options.file);
    add_environment(verb);
    verb.add_option("--running",
                    options.running,
                    "Take what a fleet runs with, STATE/applied/running.json, in place of -f")
        ->type_name("FILE");
    add_end_of_range(verb, "--from", "The first date or time", options.from);
    add_end_of_range(verb, "--to", "The last date or time, included", options.to);
    verb.add_option("--set", options.sets, "Change a value of an agent's config; repeatable")
        ->type_name("AGENT.KEY=VALUE")
        ->allow_extra_args(false);
    verb.add_option("--events",
                    options.events,
                    "Write every message to a file, one JSON object a line, as tap does")
        ->type_name("FILE");
    verb.add_option_function<std::string>(
            "--progress-fd",
            [&options](const std::string& text) {
                options.progress_descriptor = *descriptor_of(text);
            },
            "Write progress to this descriptor, one JSON object a line")
        ->type_name("N")
        ->check(CLI::Validator(
            [](const std::string& text) {
                return descriptor_of(text)
                           ? std::string()
                           : "'" + text + "' is no descriptor: write its number, as in 3.";
            },
            ""));
    verb.add_flag("--profile", options.profile, "Show what each part of the run cost");
    verb.add_flag_callback(
        "--no-hash", [&options] { options.hash = false; }, "Make no fingerprint of the event log");
    add_output_format(verb, options.as_json);
    add_example(verb,
                "  drover backtest --from 2000-01-03 --to 2020-04-17 -o json\n"
                "  drover backtest --set pattern-recognition.crossover.fast=50");
}

}  // namespace drover
