#include "command/tap_verb.hpp"

#include <csignal>
#include <cstdio>

#include <unistd.h>

#include "base/json_value.hpp"
#include "base/topic.hpp"
#include "command/child_with_request.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"

namespace drover {
namespace {

extern "C" void end_at_once(int /*signal*/) {
    ::_exit(exit_ok);
}

}  // namespace

int run_tap(const TapOptions& options) {
    if (options.pattern.empty() != options.asks_for_socket) {
        (void)report(
            {ErrorKind::invalid,
             options.asks_for_socket
                 ? "--socket takes no PATTERN: it tells of the whole fleet. Run 'drover tap "
                   "--help' for help."
                 : "PATTERN is missing: write which topics, as in 'market.>'; '>' is all. Run "
                   "'drover tap --help' for help."});
        return exit_usage;
    }
    if (!options.asks_for_socket && !is_topic_pattern(options.pattern)) {
        (void)report({ErrorKind::invalid,
                      "'" + options.pattern +
                          "' is no topic pattern: tokens joined by dots, `*` for one token, `>` at "
                          "the end for the rest. Quote it for the shell: 'market.>'."});
        return exit_usage;
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
    if (options.asks_for_socket) {
        std::puts(to_line(request).c_str());
        return exit_ok;
    }
    request["pattern"] = options.pattern;
    request["count"] = options.count;
    request["rate"] = options.rate;
    request["format"] = options.as_json ? "json" : "text";
    auto child = ChildWithRequest::start("--tap", request);
    if (!child) {
        return report(child.error());
    }
    child.value().pass_on_interrupt();
    const ExitStatus status = child.value().wait_for_exit();
    const bool interrupted = status.signal == SIGINT || status.signal == SIGPIPE;
    return interrupted ? exit_ok : status.code.value_or(exit_failed);
}

}  // namespace drover
