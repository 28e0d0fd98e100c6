/// The control socket: JSON-RPC 2.0, one message a line, over a Unix socket.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include <sys/types.h>

#include "base/json.hpp"
#include "base/line_channel.hpp"
#include "base/result.hpp"
#include "daemon/event_loop.hpp"

namespace drover {

/// Why a request was not done, in JSON-RPC's own numbers.
struct RpcError {
    static constexpr int not_json = -32700;
    static constexpr int not_a_request = -32600;
    static constexpr int unknown_method = -32601;
    static constexpr int invalid_parameters = -32602;
    static constexpr int internal = -32603;
    static constexpr int refused = -32001;
    static constexpr int unavailable = -32002;

    int code = internal;
    std::string message;  ///< A sentence.
};

/// An answer that comes later, by ControlServer::fulfil. The number is the methods' own.
struct RpcPromise {
    std::uint64_t number = 0;
};

using RpcAnswer = std::variant<std::unique_ptr<Json>, RpcError, RpcPromise>;

/// What a failure is to who asked: not known or malformed, refused, or not to be done now.
[[nodiscard]] RpcAnswer rpc_failure(const Error& error);

/// Does what a request asks. `params` is an object.
using RpcMethods = std::function<RpcAnswer(const std::string& method, const Json& params)>;

/// Keeps a promise and the id of the request that it answers.
using RpcKeeper = std::function<void(RpcPromise promise, const Json& id)>;

/// Answers one line, which may be anything; an empty text when there is nothing to answer (yet).
/// Without a `keeper`, and in a batch, a promise is an error.
[[nodiscard]] std::string answer_line(const std::string& line,
                                      const RpcMethods& methods,
                                      const RpcKeeper& keeper = {});

/// Accepts clients and answers them. A client that sends nonsense gets an error; one that does not
/// read what it asked for is dropped. One thread.
class ControlServer {
public:
    /// Listens at `socket`, replacing what lies there; the caller holds the lock of the directory.
    /// `loop` is lent and must live longer.
    [[nodiscard]] static Result<std::unique_ptr<ControlServer>> open(
        const std::filesystem::path& socket, EventLoop& loop, RpcMethods methods);

    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;
    /// Ends all connections and removes the socket.
    ~ControlServer();

    /// Who connects and is refused here gets no answer: its connection ends.
    void refuse(std::function<bool(pid_t peer)> refuses);

    /// Answers what was promised; passed over when the client is gone.
    void fulfil(RpcPromise promise, RpcAnswer answer);

    /// Sends what clients have not got yet, waiting for at most `longest`: for the end of a
    /// program.
    void finish(std::chrono::milliseconds longest);

private:
    ControlServer(FileDescriptor listener,
                  std::filesystem::path socket,
                  EventLoop& loop,
                  RpcMethods methods);
    void accept();
    void serve(int client, std::uint32_t events);
    void drop(int client);
    void settle(int client);

    FileDescriptor listener_;
    std::filesystem::path socket_;
    EventLoop& loop_;
    RpcMethods methods_;
    std::function<bool(pid_t peer)> refuses_;
    std::map<int, std::unique_ptr<LineChannel>> clients_;
    /// What was promised, to whom, and the request's id.
    std::map<std::uint64_t, std::pair<int, std::unique_ptr<Json>>> promises_;
};

}  // namespace drover
