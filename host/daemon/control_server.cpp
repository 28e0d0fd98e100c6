#include "daemon/control_server.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/limits.hpp"

namespace drover {
namespace {

constexpr std::size_t longest_request = std::size_t{1} << 20U;
/// A reply of an agent may fill a frame, and quoting it as JSON text can double that.
constexpr std::size_t most_unread = 3 * largest_frame;
constexpr std::size_t most_clients = 128;
constexpr std::size_t largest_batch = 64;

/// The process that connected, as the kernel saw it then; -1 where it does not tell.
pid_t peer_of(int client) {
    ucred peer{};
    socklen_t size = sizeof peer;
    return ::getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : -1;
}

Json error_response(const Json& id, const RpcError& error) {
    return {{"jsonrpc", "2.0"},
            {"id", id},
            {"error", {{"code", error.code}, {"message", error.message}}}};
}

/// The id to answer with: only what JSON-RPC allows, so that nonsense is never sent back.
Json id_of(const Json& request) {
    const auto found = request.find("id");
    if (found != request.end() && (found->is_string() || found->is_number())) {
        return *found;
    }
    return nullptr;
}

Json response_of(const Json& id, RpcAnswer answer) {
    if (const auto* const error = std::get_if<RpcError>(&answer)) {
        return error_response(id, *error);
    }
    return {{"jsonrpc", "2.0"},
            {"id", id},
            {"result", std::move(*std::get<std::unique_ptr<Json>>(answer))}};
}

/// The response; null when it is promised for later.
Json respond(const Json& request, const RpcMethods& methods, const RpcKeeper& keeper) {
    const RpcError not_a_request{RpcError::not_a_request,
                                 "A request is an object with \"jsonrpc\": \"2.0\", a \"method\" "
                                 "and, if need be, an object \"params\"."};
    if (!request.is_object()) {
        return error_response(nullptr, not_a_request);
    }
    const Json id = id_of(request);
    const auto method = request.find("method");
    const auto params = request.find("params");
    const bool has_good_params = params == request.end() || params->is_object();
    if (value_or<std::string>(request, "jsonrpc", "") != "2.0" || method == request.end() ||
        !method->is_string() || !has_good_params) {
        return error_response(id, not_a_request);
    }
    RpcAnswer answer =
        methods(method->get<std::string>(), params == request.end() ? Json::object() : *params);
    if (const auto* const promise = std::get_if<RpcPromise>(&answer)) {
        if (keeper) {
            keeper(*promise, id);
            return nullptr;
        }
        return error_response(
            id, {RpcError::refused, "What waits for an agent cannot stand in a batch."});
    }
    return response_of(id, std::move(answer));
}

/// Whether a well-formed request wants no answer.
bool is_notification(const Json& request) {
    return request.is_object() && request.contains("method") && !request.contains("id");
}

Json respond_to_batch(const Json& batch, const RpcMethods& methods) {
    Json responses = Json::array();
    for (const Json& request : batch) {
        Json response = respond(request, methods, {});
        if (!is_notification(request)) {
            responses.push_back(std::move(response));
        }
    }
    return responses;
}

}  // namespace

RpcAnswer rpc_failure(const Error& error) {
    switch (error.kind) {
        case ErrorKind::not_found:
        case ErrorKind::invalid:
            return RpcError{RpcError::invalid_parameters, error.message};
        case ErrorKind::refused:
            return RpcError{RpcError::refused, error.message};
        default:
            return RpcError{RpcError::unavailable, error.message};
    }
}

std::string answer_line(const std::string& line,
                        const RpcMethods& methods,
                        const RpcKeeper& keeper) {
    if (line.size() > longest_request) {
        return to_line(error_response(
            nullptr,
            {RpcError::not_a_request, "A request has at most 1 MiB; this one is longer."}));
    }
    const auto request = parse_json(line);
    if (!request) {
        return to_line(error_response(
            nullptr, {RpcError::not_json, "This is no JSON: " + request.error().message}));
    }
    const Json& json = request.value();
    if (!json.is_array()) {
        const Json response = respond(json, methods, keeper);
        return is_notification(json) || response.is_null() ? "" : to_line(response);
    }
    if (json.empty() || json.size() > largest_batch) {
        return to_line(
            error_response(nullptr, {RpcError::not_a_request, "A batch has 1 to 64 requests."}));
    }
    const Json responses = respond_to_batch(json, methods);
    return responses.empty() ? "" : to_line(responses);
}

Result<std::unique_ptr<ControlServer>> ControlServer::open(const std::filesystem::path& socket,
                                                           EventLoop& loop,
                                                           RpcMethods methods) {
    constexpr int waiting_clients = 64;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket.string().size() >= sizeof address.sun_path) {
        return Error{ErrorKind::invalid,
                     "The control socket's path is too long: " + socket.string() + "."};
    }
    std::memcpy(address.sun_path, socket.c_str(), socket.string().size());
    FileDescriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    ::unlink(socket.c_str());
    // The run directory may let other users pass: agents that run as one. It holds for the file.
    ::fchmod(listener.number(), S_IRUSR | S_IWUSR);
    const auto* const plain = reinterpret_cast<const sockaddr*>(&address);
    if (!listener.is_open() || ::bind(listener.number(), plain, sizeof address) != 0 ||
        ::listen(listener.number(), waiting_clients) != 0) {
        return Error{ErrorKind::unavailable,
                     "The control socket " + socket.string() +
                         " cannot be opened: " + std::strerror(errno) + "."};
    }
    return std::unique_ptr<ControlServer>(
        new ControlServer(std::move(listener), socket, loop, std::move(methods)));
}

ControlServer::ControlServer(FileDescriptor listener,
                             std::filesystem::path socket,
                             EventLoop& loop,
                             RpcMethods methods)
    : listener_(std::move(listener)),
      socket_(std::move(socket)),
      loop_(loop),
      methods_(std::move(methods)) {
    loop_.watch(listener_.number(), EPOLLIN, [this](std::uint32_t /*events*/) { accept(); });
}

ControlServer::~ControlServer() {
    loop_.forget(listener_.number());
    for (const auto& [client, channel] : clients_) {
        loop_.forget(client);
    }
    ::unlink(socket_.c_str());
}

void ControlServer::refuse(std::function<bool(pid_t peer)> refuses) {
    refuses_ = std::move(refuses);
}

void ControlServer::accept() {
    const int client =
        ::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0) {
        return;
    }
    FileDescriptor socket(client);
    if (clients_.size() >= most_clients) {
        return;  // Closed at once.
    }
    if (refuses_ && refuses_(peer_of(client))) {
        return;
    }
    clients_[client] = std::make_unique<LineChannel>(std::move(socket));
    loop_.watch(client, EPOLLIN, [this, client](std::uint32_t events) { serve(client, events); });
}

void ControlServer::serve(int client, std::uint32_t events) {
    LineChannel& channel = *clients_.at(client);
    if ((events & EPOLLOUT) != 0U) {
        channel.flush();
    }
    // A client that does not read is not heard further either.
    if (channel.unsent_bytes() == 0) {
        const auto keep = [this, client](RpcPromise promise, const Json& id) {
            promises_[promise.number] = {client, std::make_unique<Json>(id)};
        };
        for (const std::string& line : channel.read_lines()) {
            const std::string answer = answer_line(line, methods_, keep);
            if (!answer.empty()) {
                channel.write_line(answer);
            }
            if (channel.unsent_bytes() > most_unread) {
                break;
            }
        }
    }
    if ((events & (EPOLLHUP | EPOLLERR)) != 0U) {
        drop(client);
    } else {
        settle(client);
    }
}

/// Who has closed only its own side (`nc -N`) still waits for its answers.
void ControlServer::settle(int client) {
    const LineChannel& channel = *clients_.at(client);
    const bool is_owed =
        channel.has_unsent() || std::ranges::any_of(promises_, [client](const auto& each) {
            return each.second.first == client;
        });
    if (channel.unsent_bytes() > most_unread || (channel.is_ended() && !is_owed)) {
        drop(client);
    } else if (channel.has_unsent()) {
        loop_.change(client, EPOLLOUT);
    } else {
        loop_.change(client, channel.is_ended() ? 0U : EPOLLIN);
    }
}

void ControlServer::fulfil(RpcPromise promise, RpcAnswer answer) {
    const auto kept = promises_.find(promise.number);
    if (kept == promises_.end()) {
        return;
    }
    const auto [client, id] = std::move(kept->second);
    promises_.erase(kept);
    clients_.at(client)->write_line(to_line(response_of(*id, std::move(answer))));
    settle(client);
}

void ControlServer::drop(int client) {
    std::erase_if(promises_, [client](const auto& each) { return each.second.first == client; });
    loop_.forget(client);
    clients_.erase(client);
}

void ControlServer::finish(std::chrono::milliseconds longest) {
    const Monotonic deadline = monotonic_now() + longest;
    for (const auto& [client, channel] : clients_) {
        while (channel->has_unsent() && monotonic_now() < deadline) {
            pollfd writable{client, POLLOUT, 0};
            ::poll(&writable, 1, 1);
            channel->flush();
        }
    }
}

}  // namespace drover
