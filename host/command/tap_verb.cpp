#include "command/tap_verb.hpp"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/json_value.hpp"
#include "base/topic.hpp"
#include "command/child_with_request.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"

namespace drover {
namespace {

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

/// What is wrong with what was typed; nothing when it can be done.
std::optional<std::string> fault_of(const TapOptions& options) {
    if (!options.new_key.empty()) {
        return options.pattern.empty() && !options.asks_for_socket
                   ? std::nullopt
                   : std::optional<std::string>("--new-key makes a key and does nothing else.");
    }
    if (options.asks_for_socket && !options.pattern.empty()) {
        return "--socket takes no PATTERN: it tells of the whole fleet.";
    }
    if (!options.listen.empty() && !is_tcp_endpoint(options.listen)) {
        return "--socket takes nothing, or where to listen, as in tcp://127.0.0.1:5555 or "
               "tcp://127.0.0.1:* for any free port; this is '" +
               options.listen + "'.";
    }
    if (options.asks_for_socket) {
        return std::nullopt;
    }
    if (options.pattern.empty()) {
        return "PATTERN is missing: write which topics, as in 'market.>'; '>' is all.";
    }
    return is_topic_pattern(options.pattern)
               ? std::nullopt
               : std::optional("'" + options.pattern +
                               "' is no topic pattern: tokens joined by dots, `*` for one token, "
                               "`>` at the end for the rest. Quote it for the shell: 'market.>'.");
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
    if (const auto fault = fault_of(options)) {
        (void)report({ErrorKind::invalid, *fault + " Run 'drover tap --help' for help."});
        return exit_usage;
    }
    if (!options.new_key.empty()) {
        return run_child({{"new_key", std::filesystem::absolute(options.new_key).string()}});
    }
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    auto answer = client.value().call("tap", Json::object(), answer_time);
    if (!answer) {
        return report(answer.error());
    }
    Json request = std::move(answer.value());
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
    request["pattern"] = options.pattern;
    request["count"] = options.count;
    request["rate"] = options.rate;
    request["format"] = options.as_json ? "json" : "text";
    return run_child(request);
}

}  // namespace drover
