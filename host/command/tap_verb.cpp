#include "command/tap_verb.hpp"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "base/topic.hpp"
#include "command/child_with_request.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/kept_log.hpp"
#include "command/tap_start.hpp"

namespace drover {
namespace {

const std::string no_names_note =
    "The log was written by a droverd that kept no names of types and agents: messages of what the "
    "fleet no longer has are shown by their numbers.";

/// "tcp://HOST:PORT" or "tcp://HOST:*".
bool is_tcp_endpoint(const std::string& text) {
    constexpr std::string_view begin = "tcp://";
    const std::size_t colon = text.rfind(':');
    if (!text.starts_with(begin) || colon <= begin.size()) {
        return false;
    }
    const std::string port = text.substr(colon + 1);
    constexpr std::size_t most_digits = 5;
    constexpr int most = 65535;
    return port == "*" ||
           (!port.empty() && port.size() <= most_digits &&
            port.find_first_not_of("0123456789") == std::string::npos && std::stoi(port) <= most);
}

/// What was typed cannot be meant; empty: it can.
std::string fault_in(const TapOptions& options) {
    if (!options.new_key.empty()) {
        return options.pattern.empty() && !options.asks_for_socket && options.from.empty()
                   ? ""
                   : "--new-key makes a key and does nothing else.";
    }
    if (options.asks_for_socket && !options.pattern.empty()) {
        return "--socket takes no PATTERN: it tells of the whole fleet.";
    }
    if (options.asks_for_socket && !options.from.empty()) {
        return "--socket takes no --from: what comes on the socket is live.";
    }
    if (!options.listen.empty() && !is_tcp_endpoint(options.listen)) {
        return "--socket takes nothing, or where to listen, as in tcp://127.0.0.1:5555 or "
               "tcp://127.0.0.1:* for any free port; this is '" +
               options.listen + "'.";
    }
    if (options.asks_for_socket) {
        return "";
    }
    if (options.pattern.empty()) {
        return "PATTERN is missing: write which topics, as in 'market.>'; '>' is all.";
    }
    return is_topic_pattern(options.pattern)
               ? ""
               : "'" + options.pattern +
                     "' is no topic pattern: tokens joined by dots, `*` for one token, `>` at the "
                     "end for the rest. Quote it for the shell: 'market.>'.";
}

/// What droverd tells of its tap; without a running droverd nothing where the log alone will do.
Result<Json> ask_droverd(const TapOptions& options) {
    auto client = ControlClient::connect(options.state_directory);
    if (client) {
        return client.value().call("tap", Json::object(), answer_time);
    }
    const bool is_away = client.error().kind == ErrorKind::unavailable;
    return is_away && !options.from.empty() ? Result<Json>(Json(nullptr)) : client.error();
}

/// Names of the log that the fleet no longer has, behind those that it has.
void add_kept_names(Json& request, const RecordingNames& names) {
    for (const auto& [handle, type] : names.types()) {
        // Of two entries with one handle the reader takes the first.
        Json entry = to_json(type);
        entry["handle"] = handle;
        request["types"].push_back(std::move(entry));
    }
    for (const auto& [handle, name] : names.publishers()) {
        if (!request["publishers"].contains(name)) {
            request["publishers"][name] = handle;
        }
    }
}

/// Completes the child's request by where in the log it begins. The exit code where that fails.
std::optional<int> add_past(Json& request, const TapOptions& options, bool is_live) {
    auto found = find_kept_log(options.state_directory);
    if (!found) {
        return report(found.error());
    }
    if (!found.value() && !is_live) {
        return report(no_kept_log(options.state_directory));
    }
    // A fleet without durable topics may get some while the tap runs.
    const bool is_there = found.value().has_value();
    const KeptLog log = is_there ? std::move(*found.value())
                                 : KeptLog{options.state_directory / "router" / "log", {}};
    const auto start =
        parse_tap_start(options.from, wall_now(), log.names.replay_clock().has_value());
    if (!start) {
        return report_usage(start.error().message, "tap");
    }
    const bool has_names = !is_there || !log.names.fleet().empty();
    const auto note = has_names ? note_on_past(options.pattern, log.names, is_live) : no_names_note;
    if (!note.empty()) {
        (void)std::fprintf(stderr, "%s\n", note.c_str());
    }
    add_kept_names(request, log.names);
    request["log"] = {
        {"folder", log.folder.string()}, {"position", start.value().position}, {"time", nullptr}};
    if (start.value().time) {
        request["log"]["time"] = *start.value().time;
    }
    return std::nullopt;
}

/// Runs `drover-agent --tap` to its end.
int run_child(const Json& request) {
    auto child = ChildWithRequest::start("--tap", request);
    if (!child) {
        return report(child.error());
    }
    child.value().pass_on_interrupt();
    const ExitStatus status = child.value().wait_for_exit();
    const bool interrupted = status.signal == SIGINT || status.signal == SIGPIPE;
    return interrupted ? exit_ok : status.code.value_or(exit_failed);
}

}  // namespace

int run_tap(const TapOptions& options) {
    if (const auto fault = fault_in(options); !fault.empty()) {
        return report_usage(fault, "tap");
    }
    if (!options.new_key.empty()) {
        return run_child({{"new_key", std::filesystem::absolute(options.new_key).string()}});
    }
    auto answer = ask_droverd(options);
    if (!answer) {
        return report(answer.error());
    }
    const bool is_live = !answer.value().is_null();
    Json request =
        is_live ? std::move(answer.value())
                : Json{{"endpoint", ""}, {"types", Json::array()}, {"publishers", Json::object()}};
    if (!options.listen.empty()) {
        const auto state = std::filesystem::absolute(options.state_directory);
        return run_child({{"listen", options.listen},
                          {"tap", std::move(request)},
                          {"keys", (state / "tap_server.key").string()},
                          {"clients", (state / "tap_clients").string()}});
    }
    if (options.asks_for_socket) {
        std::puts(to_line(request).c_str());
        return exit_ok;
    }
    const auto note = note_on_topics(options.pattern, value_or(request, "topics", Json(nullptr)));
    if (!note.empty()) {
        (void)std::fprintf(stderr, "%s\n", printable_lines(note).c_str());
    }
    request["pattern"] = options.pattern;
    request["log"] = nullptr;
    if (!options.from.empty()) {
        if (const auto failed = add_past(request, options, is_live)) {
            return *failed;
        }
    }
    request["count"] = options.count;
    request["rate"] = options.rate;
    request["format"] = options.as_json ? "json" : "text";
    return run_child(request);
}

}  // namespace drover
