/// The shared options as CLI11 knows them.
#include "command/verb_options.hpp"

#include <cstdlib>

#include <CLI/CLI.hpp>

#include "command/status_table.hpp"
#include "config/scalar.hpp"

namespace drover {

namespace {

using std::chrono::milliseconds;

/// A duration as the fleet's file has it; a bare number counts seconds here.
Result<Nanoseconds> duration_of(const std::string& text) {
    const bool is_bare =
        !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos;
    return parse_duration(is_bare ? text + "s" : text);
}

std::string check_duration(const std::string& text) {
    const auto duration = duration_of(text);
    return duration ? std::string() : duration.error().message;
}

}  // namespace

std::filesystem::path default_state_directory() {
    const char* given = std::getenv("DROVER_STATE_DIR");
    return given == nullptr || *given == '\0' ? ".drover" : given;
}

void add_state_directory(CLI::App& verb, std::filesystem::path& target) {
    verb.add_option_function<std::string>(
            "--state-dir",
            [&target](const std::string& text) { target = text; },
            "Where state, logs and the lock lie (default: $DROVER_STATE_DIR, else .drover)")
        ->type_name("DIR");
}

void add_fleet_file(CLI::App& verb, std::filesystem::path& target) {
    target = "agents.yaml";
    verb.add_option_function<std::string>(
            "-f,--file",
            [&target](const std::string& text) { target = text; },
            "The fleet's file (default: agents.yaml)")
        ->type_name("FILE");
}

void add_output_format(CLI::App& verb, bool& as_json, const std::string& text_word) {
    verb.add_option_function<std::string>(
            "-o,--output",
            [&as_json](const std::string& word) { as_json = word == "json"; },
            "How to print (default: " + text_word + ")")
        ->check(CLI::IsMember({text_word, std::string("json")}))
        ->type_name(text_word + "|json");
}

void add_timeout(CLI::App& verb, milliseconds& target, const std::string& meaning) {
    verb.add_option_function<std::string>(
            "--timeout",
            [&target](const std::string& text) {
                target = std::chrono::ceil<milliseconds>(duration_of(text).value());
            },
            meaning + " (default: " + uptime_text(std::chrono::duration<double>(target).count()) +
                ")")
        ->check(CLI::Validator(check_duration, ""))
        ->type_name("DURATION");
}

void add_example(CLI::App& verb, const std::string& lines) {
    verb.footer("Example:\n" + lines);
}

}  // namespace drover
