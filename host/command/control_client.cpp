#include "command/control_client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "process/run_directory.hpp"
#include "process/state_lock.hpp"
#include "supervisor/reasons.hpp"

namespace drover {
namespace {

Error no_droverd(const std::filesystem::path& state_directory) {
    return {ErrorKind::unavailable,
            "No droverd runs for the state directory '" + state_directory.string() +
                "'. Start the fleet with `drover up`, or name another "
                "state directory with --state-dir."};
}

Error closed_to_us(const std::filesystem::path& state_directory) {
    return {
        ErrorKind::refused,
        "The fleet of the state directory '" + state_directory.string() +
            "' belongs to another user, and its droverd answers nobody else. Run the command as "
            "the user who started the fleet."};
}

/// Waits for the descriptor; false when the deadline has passed.
bool wait_until(int descriptor, short events, Monotonic deadline) {
    while (true) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - monotonic_now());
        if (left.count() < 0) {
            return false;
        }
        pollfd waiting{descriptor, events, 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()) + 1);
        if (ready > 0 || (ready < 0 && errno != EINTR)) {
            return true;
        }
    }
}

Result<Json> result_of(const Json& answer) {
    if (const auto error = answer.find("error"); error != answer.end()) {
        constexpr int invalid_parameters = -32602;
        const bool misnamed = value_or<int>(*error, "code", 0) == invalid_parameters;
        return Error{misnamed ? ErrorKind::not_found : ErrorKind::refused,
                     value_or<std::string>(*error, "message", "droverd answered with an error.")};
    }
    const auto result = answer.find("result");
    return result == answer.end() ? Json(nullptr) : *result;
}

/// Droverd has the state directory and does not listen.
Error no_listener(const std::filesystem::path& state_directory,
                  const std::string& holder,
                  std::chrono::milliseconds patience) {
    return {ErrorKind::timed_out,
            "droverd (pid " + holder + ") has the state directory '" + state_directory.string() +
                "' and has not begun to listen within " + duration_text(patience) +
                ": it starts, is being replaced, or ends. Try again; its log is " +
                (state_directory / "logs" / "droverd.log").string() + "."};
}

Result<FileDescriptor> open_control_socket(const std::filesystem::path& state_directory) {
    const auto run = RunDirectory::of_running(state_directory);
    if (!run) {
        return run.error();
    }
    const std::string path = run.value().control_socket().string();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
        return Error{ErrorKind::invalid, "The path '" + path + "' is too long for a socket."};
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) !=
        0) {
        return errno == EACCES ? closed_to_us(state_directory) : no_droverd(state_directory);
    }
    return socket;
}

/// Whether a method changes nothing, so that it may be asked twice.
bool only_looks(std::string_view method) {
    static constexpr std::array<std::string_view, 8> looks{
        "status", "describe", "graph", "applied", "tap", "recording", "servers", "ping"};
    return std::ranges::find(looks, method) != looks.end();
}

}  // namespace

ControlClient::ControlClient(FileDescriptor socket,
                             std::filesystem::path state_directory,
                             std::chrono::milliseconds patience)
    : lines_(std::make_unique<LineChannel>(std::move(socket))),
      state_directory_(std::move(state_directory)),
      patience_(patience) {}

Result<ControlClient> ControlClient::connect(const std::filesystem::path& state_directory,
                                             std::chrono::milliseconds patience) {
    constexpr auto pause = std::chrono::milliseconds(20);
    const Monotonic deadline = monotonic_now() + patience;
    while (true) {
        auto socket = open_control_socket(state_directory);
        if (socket) {
            return ControlClient(std::move(socket.value()), state_directory, patience);
        }
        const bool may_come =
            socket.error().kind == ErrorKind::unavailable && patience > no_patience;
        const auto holder = may_come ? StateLock::holder(state_directory) : std::nullopt;
        if (!holder) {
            return socket.error();
        }
        if (monotonic_now() >= deadline) {
            return no_listener(state_directory, *holder, patience);
        }
        std::this_thread::sleep_for(pause);
    }
}

Result<Json> ControlClient::call(const std::string& method,
                                 const Json& params,
                                 std::chrono::milliseconds longest) {
    auto answer = ask(method, params, longest);
    const bool is_gone = !answer && answer.error().kind == ErrorKind::unavailable;
    if (is_gone && lines_->is_ended() && patience_ > no_patience && only_looks(method)) {
        if (auto again = connect(state_directory_, patience_)) {
            *this = std::move(again.value());
            return ask(method, params, longest);
        }
    }
    return answer;
}

Result<Json> ControlClient::ask(const std::string& method,
                                const Json& params,
                                std::chrono::milliseconds longest) {
    const std::uint64_t id = next_id_++;
    const Monotonic deadline = monotonic_now() + longest;
    lines_->write_line(
        to_line(Json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}}));
    while (!lines_->is_ended()) {
        const short events = static_cast<short>(lines_->has_unsent() ? POLLIN | POLLOUT : POLLIN);
        if (!wait_until(lines_->descriptor(), events, deadline)) {
            return Error{
                ErrorKind::timed_out,
                "droverd did not answer '" + method + "' within " + duration_text(longest) + "."};
        }
        lines_->flush();
        for (const std::string& line : lines_->read_lines()) {
            auto answer = parse_json(line);
            if (answer && value_or<std::uint64_t>(answer.value(), "id", 0) == id) {
                return result_of(answer.value());
            }
        }
    }
    return Error{ErrorKind::unavailable, "droverd went away before it answered '" + method + "'."};
}

bool ControlClient::wait_for_end(std::chrono::milliseconds longest) {
    const Monotonic deadline = monotonic_now() + longest;
    while (!lines_->is_ended()) {
        if (!wait_until(lines_->descriptor(), POLLIN, deadline)) {
            return false;
        }
        (void)lines_->read_lines();
    }
    return true;
}

}  // namespace drover
