// drover-generate: makes data to try a fleet on; what `drover generate` starts.
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include <CLI/CLI.hpp>

#include "bar_generator/generate_settings.hpp"
#include "bar_generator/generated_file.hpp"

namespace {

// As docs/cli.md has them for every verb.
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

int complain(const std::string& sentence, bool about_usage) {
    (void)std::fprintf(stderr,
                       "drover: %s%s\n",
                       sentence.c_str(),
                       about_usage ? " Run 'drover generate bars --help' for help." : "");
    return about_usage ? exit_usage : exit_failed;
}

int generate(const drover::GenerateOptions& options) {
    try {
        const auto settings = drover::read_generate_settings(options);
        drover::write_generated_file(settings, options.file, options.overwrite);
    } catch (const std::invalid_argument& fault) {
        return complain(fault.what(), true);
    } catch (const std::exception& failure) {
        return complain(failure.what(), false);
    }
    if (options.file != "-") {
        (void)std::printf("%s: %s bars of %s from %s on, seed %s\n",
                          options.file.c_str(),
                          options.count.c_str(),
                          options.interval.c_str(),
                          options.start.c_str(),
                          options.seed.c_str());
    }
    return 0;
}

void add_options(CLI::App& bars, drover::GenerateOptions& options) {
    bars.add_option("--count", options.count, "How many bars")->required()->type_name("N");
    bars.add_option("--interval", options.interval, "Length of a bar: a number and s, m, h, d or w")
        ->type_name("LENGTH")
        ->capture_default_str();
    bars.add_option("--seed", options.seed, "Which walk: the same seed gives the same bytes")
        ->type_name("S")
        ->capture_default_str();
    bars.add_option("--start", options.start, "When the first bar opens: a date or a time")
        ->type_name("TIME")
        ->capture_default_str();
    bars.add_option("--price", options.price, "The first price")
        ->type_name("PRICE")
        ->capture_default_str();
    bars.add_option("-O", options.file, "Where to; - is standard output")
        ->required()
        ->type_name("FILE");
    bars.add_flag("--force", options.overwrite, "Replace a file that is there already");
    bars.footer(
        "Example:\n"
        "  drover generate bars --count 1000000 --interval 1m --seed 7 -O minutes.csv\n"
        "  drover backtest --set market-data.file=minutes.csv --set market-data.interval=1m");
}

}  // namespace

int main(int count, char** arguments) {
    CLI::App app("Makes data to try a fleet on.", "drover generate");
    app.require_subcommand(1);
    app.footer("Example:\n  drover generate bars --count 1000000 -O minutes.csv");
    drover::GenerateOptions options;
    CLI::App& bars = *app.add_subcommand(
        "bars", "Made-up bars as CSV: a random walk, the same bytes everywhere");
    add_options(bars, options);
    try {
        app.parse(count, arguments);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
            return app.exit(error);  // --help.
        }
        const std::string sentence = error.what();
        return complain(sentence + (sentence.ends_with('.') ? "" : "."), true);
    }
    return generate(options);
}
