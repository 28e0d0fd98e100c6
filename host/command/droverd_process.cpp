#include "command/droverd_process.hpp"

#include <utility>

#include <poll.h>

#include "base/json_value.hpp"
#include "base/line_channel.hpp"
#include "command/programs_folder.hpp"

namespace drover {
namespace {

// Where the launcher puts the two descriptors that droverd is told of.
constexpr const char* ready_descriptor = "3";
constexpr const char* lifeline_descriptor = "4";

/// Waits for droverd's one line; a droverd that ends without one says so by the socket's end.
Result<Json> wait_until_ready(LineChannel& channel, const Child& child) {
    while (!channel.is_ended()) {
        pollfd waiting{channel.descriptor(), POLLIN, 0};
        (void)::poll(&waiting, 1, -1);
        const auto lines = channel.read_lines();
        if (!lines.empty()) {
            return parse_json(lines.front());
        }
    }
    pollfd ended{child.watch.number(), POLLIN, 0};
    constexpr int moment_ms = 1000;
    (void)::poll(&ended, 1, moment_ms);
    const auto status = reap(child);
    return Error{ErrorKind::invalid,
                 "droverd ended before it was ready (" +
                     (status ? status->text() : std::string("still ending")) +
                     "); its last words are in STATE/logs/droverd.log."};
}

}  // namespace

Result<DroverdProcess> start_droverd(const std::filesystem::path& file,
                                     const std::filesystem::path& state_directory,
                                     bool fresh,
                                     bool foreground) {
    auto ready = make_socket_pair();
    auto lifeline = make_socket_pair();
    if (!ready || !lifeline) {
        return ready ? lifeline.error() : ready.error();
    }
    LaunchRequest request;
    request.program = programs_folder() / "droverd";
    request.arguments = {"--file",
                         file.string(),
                         "--state-dir",
                         state_directory.string(),
                         "--ready",
                         ready_descriptor};
    request.channel = ready.value().theirs.number();
    request.dies_with_parent = false;
    if (fresh) {
        request.arguments.emplace_back("--fresh");
    }
    if (foreground) {
        request.arguments.insert(request.arguments.end(), {"--lifeline", lifeline_descriptor});
        request.page = lifeline.value().theirs.number();
    }
    auto child = launch(request);
    if (!child) {
        return child.error();
    }
    ready.value().theirs.close();
    LineChannel channel(std::move(ready.value().ours));
    const auto answer = wait_until_ready(channel, child.value());
    if (!answer) {
        return answer.error();
    }
    if (!value_or(answer.value(), "ok", false)) {
        std::string text;
        for (const Json& fault : value_or(answer.value(), "faults", Json::array())) {
            text += (text.empty() ? "" : "\n") + fault.get<std::string>();
        }
        return Error{ErrorKind::invalid, text.empty() ? "droverd could not start." : text};
    }
    return DroverdProcess{std::move(child.value()),
                          foreground ? std::move(lifeline.value().ours) : FileDescriptor()};
}

}  // namespace drover
