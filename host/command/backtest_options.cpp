#include "command/backtest_options.hpp"

#include <charconv>
#include <optional>
#include <string>

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

}  // namespace

void add_backtest_options(CLI::App& verb, BacktestOptions& options) {
    add_fleet_file(verb, options.file);
    add_environment(verb);
    verb.add_option("--running",
                    options.running,
                    "Take what a fleet runs with, STATE/applied/running.json, in place of -f")
        ->type_name("FILE");
    verb.add_option_function<std::string>(
            "--from",
            [&options](const std::string& date) { options.from = date; },
            "The first date or time")
        ->type_name("DATE");
    verb.add_option_function<std::string>(
            "--to",
            [&options](const std::string& date) { options.to = date; },
            "The last date or time, included")
        ->type_name("DATE");
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
