/// Their options as CLI11 knows them.
#include "command/log_verbs.hpp"

#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>

#include <CLI/CLI.hpp>

#include "command/verb_options.hpp"

namespace drover {

namespace {

/// What is wrong with a position of the log; empty where nothing is.
std::string check_position(const std::string& text) {
    std::uint64_t position = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), position);
    const bool is_position =
        fault == std::errc() && end == text.data() + text.size() && position > 0;
    return is_position ? "" : "'" + text + "' is no position: write a whole number from 1 on.";
}

}  // namespace

void LogVerbs::add_to(CLI::App& app, std::filesystem::path& state_directory, Verbs& verbs) {
    begin(app, state_directory, verbs);
    state_ = &state_directory;
    CLI::App& log = add_verb("log", "The log of durable messages and its receivers", [this] {
        options_.state_directory = *state_;
        return run_log(options_);
    });
    log.require_subcommand(1);
    add(log, "stat", "How large it is, and how far its receivers are", LogWish::stat);
    add(log, "trim", "Remove at once what every receiver has handled", LogWish::trim);
    CLI::App& skip =
        add(log, "skip", "Pass over a message over which a receiver has failed", LogWish::skip);
    skip.add_option("NAME", options_.name, "The receiver")->required();
    skip.add_option("--position",
                    options_.position,
                    "Of the message (default: over which it has failed, else what waits first)")
        ->check(CLI::Validator(check_position, ""))
        ->type_name("N");
    add_example(skip, "  drover log skip risk\n  drover log skip risk --position 4711");
    CLI::App& forget = add(log, "forget", "Keep nothing for a receiver any more", LogWish::forget);
    forget.add_option("NAME", options_.name, "The receiver")->required();
    add_example(forget, "  drover log forget old-risk");
    add_example(log, "  drover log stat\n  drover log stat -o json");
}

CLI::App& LogVerbs::add(CLI::App& log,
                        const std::string& name,
                        const std::string& purpose,
                        LogWish wish) {
    CLI::App& verb = *log.add_subcommand(name, purpose);
    verb.callback([this, wish] { options_.wish = wish; });
    add_state_directory(verb, *state_);
    add_output_format(verb, options_.as_json);
    if (wish == LogWish::stat || wish == LogWish::trim) {
        add_example(verb, "  drover log " + name);
    }
    return verb;
}

}  // namespace drover
