/// The shared options as CLI11 knows them.
#include "command/verb_options.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/clock.hpp"
#include "command/moment.hpp"
#include "command/status_table.hpp"
#include "config/scalar.hpp"

namespace drover {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds shortest_pause(50);

/// A duration as the fleet's file has it; a bare number counts seconds here.
Result<Nanoseconds> duration_of(const std::string& text) {
    const bool is_bare =
        !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos;
    return parse_duration(is_bare ? text + "s" : text);
}

/// A whole number from 1 on.
std::optional<std::uint64_t> count_of(const std::string& text) {
    std::uint64_t count = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
    const bool is_count = fault == std::errc() && end == text.data() + text.size() && count > 0;
    return is_count ? std::optional(count) : std::nullopt;
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

CLI::Validator not_empty(const std::string& sentence) {
    return {[sentence](const std::string& text) { return text.empty() ? sentence : std::string(); },
            ""};
}

void add_state_directory(CLI::App& verb, std::filesystem::path& target) {
    verb.add_option_function<std::string>(
            "--state-dir",
            [&target](const std::string& text) { target = text; },
            "Where state, logs and the lock lie (default: $DROVER_STATE_DIR, else .drover)")
        ->check(not_empty("'' is no folder: name one, or leave the option out."))
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

void add_environment(CLI::App& verb) {
    verb.add_option_function<std::string>(
            "--environment",
            [](const std::string& text) { (void)::setenv("DROVER_ENVIRONMENT", text.c_str(), 1); },
            "Merge agents.NAME.yaml over the file (default: $DROVER_ENVIRONMENT, else none)")
        ->type_name("NAME");
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
    add_duration(verb, "--timeout", target, meaning);
}

void add_duration(CLI::App& verb,
                  const std::string& name,
                  milliseconds& target,
                  const std::string& meaning) {
    verb.add_option_function<std::string>(
            name,
            [&target](const std::string& text) {
                target = std::chrono::ceil<milliseconds>(duration_of(text).value());
            },
            meaning + " (default: " + uptime_text(std::chrono::duration<double>(target).count()) +
                ")")
        ->check(CLI::Validator(check_duration, ""))
        ->type_name("DURATION");
}

void add_duration(CLI::App& verb,
                  const std::string& name,
                  std::optional<milliseconds>& target,
                  const std::string& meaning) {
    verb.add_option_function<std::string>(
            name,
            [&target](const std::string& text) {
                target = std::chrono::ceil<milliseconds>(duration_of(text).value());
            },
            meaning)
        ->check(CLI::Validator(check_duration, ""))
        ->type_name("DURATION");
}

void add_interval(CLI::App& verb,
                  std::optional<milliseconds>& target,
                  std::vector<std::string>& names) {
    verb.add_option_function<std::vector<std::string>>(
            "--watch",
            [&target, &names](const std::vector<std::string>& given) {
                constexpr milliseconds usual = std::chrono::seconds(1);
                target = usual;
                // CLI11 writes "{}" for an option that stands alone.
                const bool is_alone =
                    given.empty() || given.front().empty() || given.front() == "{}";
                const auto interval =
                    is_alone ? Result<Nanoseconds>(Nanoseconds(usual)) : duration_of(given.front());
                if (interval && interval.value() < shortest_pause) {
                    throw CLI::ValidationError(
                        "--watch", "'" + given.front() + "' is too short: 50ms is the shortest.");
                }
                if (interval) {
                    target = std::chrono::ceil<milliseconds>(interval.value());
                } else {
                    names.push_back(given.front());
                }
            },
            "Show it anew until Ctrl-C, every second or so often as INTERVAL says")
        ->expected(0, 1)
        ->allow_extra_args(false)
        ->type_name("[INTERVAL]");
}

void add_tap_socket(CLI::App& verb, bool& is_given, std::string& endpoint) {
    // What CLI11 writes for an option that stands alone: else an empty value would look the same.
    static const std::string local = "ipc";
    verb.add_option_function<std::vector<std::string>>(
            "--socket",
            [&](const std::vector<std::string>& given) {
                if (given.front().empty()) {
                    throw CLI::ValidationError(
                        "--socket",
                        "'' is no endpoint: write tcp://HOST:PORT, or nothing behind the option.");
                }
                is_given = true;
                endpoint = given.front() == local ? "" : given.front();
            },
            "Print where other programs listen, as JSON; or serve them at tcp://HOST:PORT, "
            "encrypted, until Ctrl-C")
        ->expected(0, 1)
        ->allow_extra_args(false)
        ->default_str(local)
        ->type_name("[ENDPOINT]");
}

void add_pause(CLI::App& verb, milliseconds& target) {
    verb.add_option_function<std::string>(
            "--interval",
            [&target](const std::string& text) {
                target = std::chrono::ceil<milliseconds>(duration_of(text).value());
            },
            "How often to look (default: 1s)")
        ->check(CLI::Validator(
            [](const std::string& text) {
                const auto duration = duration_of(text);
                if (!duration) {
                    return duration.error().message;
                }
                return duration.value() < shortest_pause
                           ? "'" + text + "' is too short: 50ms is the shortest."
                           : std::string();
            },
            ""))
        ->type_name("DURATION");
}

void add_count(CLI::App& verb,
               const std::string& name,
               const std::string& meaning,
               std::function<void(std::uint64_t)> take) {
    verb.add_option_function<std::string>(
            "-n,--" + name,
            [take = std::move(take)](const std::string& text) { take(*count_of(text)); },
            meaning)
        ->check(CLI::Validator(
            [](const std::string& text) {
                return count_of(text)
                           ? std::string()
                           : "'" + text + "' is no count: write a whole number from 1 on.";
            },
            ""))
        ->type_name("N");
}

void add_since(CLI::App& verb, std::optional<std::int64_t>& target) {
    verb.add_option_function<std::string>(
            "--since",
            [&target](const std::string& text) { target = parse_moment(text, wall_now()).value(); },
            "Only what happened since then: 10m, 2h, a date or a time")
        ->check(CLI::Validator(
            [](const std::string& text) {
                const auto moment = parse_moment(text, 0);
                return moment ? std::string() : moment.error().message;
            },
            ""))
        ->type_name("WHEN");
}

void add_event_kinds(CLI::App& verb, std::vector<EventKind>& target) {
    std::vector<std::string> words;
    for (const EventKind kind : all_event_kinds) {
        words.emplace_back(text_of(kind));
    }
    verb.add_option_function<std::vector<std::string>>(
            "--kind",
            [&target](const std::vector<std::string>& kinds) {
                for (const std::string& word : kinds) {
                    target.push_back(event_kind_from_text(word).value());
                }
            },
            "Only these kinds; repeatable")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::IsMember(words))
        ->type_name("KIND");
}

void add_graph_form(CLI::App& verb, GraphForm& target) {
    static const std::map<std::string, GraphForm> forms{{"text", GraphForm::text},
                                                        {"dot", GraphForm::dot},
                                                        {"mermaid", GraphForm::mermaid},
                                                        {"json", GraphForm::json}};
    verb.add_option_function<std::string>(
            "-o,--output",
            [&target](const std::string& word) { target = forms.at(word); },
            "How to print (default: text)")
        ->check(CLI::IsMember({"text", "dot", "mermaid", "json"}))
        ->type_name("text|dot|mermaid|json");
}

void add_example(CLI::App& verb, const std::string& lines) {
    verb.footer("Example:\n" + lines);
}

}  // namespace drover
