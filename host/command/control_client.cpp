#include "command/control_client.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "process/run_directory.hpp"
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

}  // namespace

ControlClient::ControlClient(FileDescriptor socket)
    : lines_(std::make_unique<LineChannel>(std::move(socket))) {}

Result<ControlClient> ControlClient::connect(const std::filesystem::path& state_directory) {
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
    return ControlClient(std::move(socket));
}

Result<Json> ControlClient::call(const std::string& method,
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
