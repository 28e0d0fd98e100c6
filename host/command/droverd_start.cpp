/// The launch of droverd and the line that it answers.
#include "command/droverd_start.hpp"

#include <csignal>
#include <optional>
#include <utility>

#include <poll.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/line_channel.hpp"
#include "process/programs_folder.hpp"

namespace drover {

namespace {

/// Describing many plugins on a busy machine takes a while; hanging for ever must not.
constexpr auto longest_start = std::chrono::minutes(2);

/// The numbers that launch gives to the two descriptors.
constexpr const char* ready_there = "3";
constexpr const char* lifeline_there = "4";

/// droverd writes its log to STATE/logs, so it gets no output of ours.
LaunchRequest launch_request(const DroverdRequest& request, int ready, int lifeline) {
    LaunchRequest launched;
    launched.program = programs_folder() / "droverd";
    launched.arguments = {"--file",
                          request.file.string(),
                          "--state-dir",
                          request.state_directory.string(),
                          "--ready",
                          ready_there};
    if (request.fresh) {
        launched.arguments.emplace_back("--fresh");
    }
    if (!request.in_background) {
        launched.arguments.insert(launched.arguments.end(), {"--lifeline", lifeline_there});
        launched.page = lifeline;
    }
    launched.channel = ready;
    launched.dies_with_parent = false;
    return launched;
}

/// The first line, or nothing when droverd closes the channel or ends or takes too long.
std::optional<std::string> wait_for_line(LineChannel& channel) {
    const Monotonic deadline = monotonic_now() + longest_start;
    while (monotonic_now() < deadline) {
        auto lines = channel.read_lines();
        if (!lines.empty()) {
            return std::move(lines.front());
        }
        if (channel.is_ended()) {
            return std::nullopt;
        }
        constexpr int look_at_the_clock_ms = 1000;
        pollfd waiting{channel.descriptor(), POLLIN, 0};
        (void)::poll(&waiting, 1, look_at_the_clock_ms);
    }
    return std::nullopt;
}

std::string faults_text(const Json& answer) {
    std::string text;
    for (const Json& fault : value_or<Json>(answer, "faults", Json::array())) {
        text += (text.empty() ? "" : "\n") +
                (fault.is_string() ? fault.get<std::string>() : to_line(fault));
    }
    return text.empty() ? "droverd refused to start and did not say why." : text;
}

Error silent_end(const Child& guard, const DroverdRequest& request) {
    const std::string log = (request.state_directory / "logs" / "droverd.log").string();
    if (const auto status = reap(guard)) {
        return {ErrorKind::invalid,
                "droverd ended before it was ready: " + status->text() + ". See " + log + "."};
    }
    send_signal(guard, SIGTERM);
    return {ErrorKind::timed_out, "droverd did not become ready and was ended. See " + log + "."};
}

}  // namespace

Result<StartedDroverd> start_droverd(const DroverdRequest& request) {
    auto ready = make_socket_pair();
    auto lifeline = make_socket_pair();
    if (!ready || !lifeline) {
        return ready ? lifeline.error() : ready.error();
    }
    auto child = launch(
        launch_request(request, ready.value().theirs.number(), lifeline.value().theirs.number()));
    if (!child) {
        return child.error();
    }
    ready.value().theirs.close();
    lifeline.value().theirs.close();
    LineChannel channel(std::move(ready.value().ours));
    const auto line = wait_for_line(channel);
    if (!line) {
        constexpr int time_to_end_ms = 2000;
        pollfd waiting{child.value().watch.number(), POLLIN, 0};
        (void)::poll(&waiting, 1, channel.is_ended() ? time_to_end_ms : 0);
        return silent_end(child.value(), request);
    }
    const auto answer = parse_json(*line);
    if (!answer || !value_or<bool>(answer.value(), "ok", false)) {
        return Error{ErrorKind::invalid,
                     answer ? faults_text(answer.value())
                            : "droverd answered no JSON: " + answer.error().message};
    }
    StartedDroverd started;
    started.guard = std::move(child.value());
    started.pid = value_or<pid_t>(answer.value(), "pid", -1);
    if (!request.in_background) {
        started.lifeline = std::move(lifeline.value().ours);
    }
    return started;
}

}  // namespace drover
