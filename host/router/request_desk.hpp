/// The router's desk for requests: finds the server, keeps the way back, sees to it that each
/// request gets exactly one reply. Knows no sessions and no FIFO: frames leave through
/// RequestHands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "link/frame.hpp"
#include "router/open_requests.hpp"
#include "router/request_directory.hpp"
#include "wire/request_frame.hpp"

namespace drover {

/// A request that no agent but a person sends, through the supervisor.
struct PersonRequest {
    std::uint64_t number = 0;  ///< The supervisor's.
    std::uint16_t agent = 0;
    std::uint16_t port = 0;
    std::int64_t timeout = 0;  ///< ns of wall time; the supervisor answers when it has passed.
    std::string body;          ///< JSON text.
};

/// What a person gets.
struct PersonReply {
    std::uint64_t number = 0;
    std::int32_t status = 0;
    std::string_view error;
    std::string_view body;
};

/// What the desk has done for it. Calls come from inside its functions.
class RequestHands {
public:
    virtual ~RequestHands() = default;
    /// Brings a REQUEST or REPLY to an agent, in its turn. Before it goes out,
    /// RequestDesk::hand_out is asked whether it still should.
    virtual void bring(std::uint16_t agent, Frame frame) = 0;
    virtual void answer_person(const PersonReply& reply) = 0;
    /// Why an agent cannot be asked now ("it is stopped"); empty: it can, or will be able to.
    [[nodiscard]] virtual std::string why_gone(std::uint16_t agent) const = 0;
    /// The fleet's time, ns since the epoch: wall time, or the replay's.
    [[nodiscard]] virtual std::int64_t request_time() const = 0;
    [[nodiscard]] virtual std::uint32_t incarnation_of(std::uint16_t agent) const = 0;
};

/// Agents are numbered in the file's order. One thread.
class RequestDesk {
public:
    /// Requests that one agent, or all persons together, may have open here.
    static constexpr std::size_t most_open = 1024;

    /// `hands` must outlive the desk.
    RequestDesk(RequestDirectory directory, RequestHands& hands)
        : directory_(std::move(directory)), hands_(hands) {}

    /// A sound REQUEST of agent `client`'s present life.
    void ask(std::uint16_t client, Frame frame);
    void ask(const PersonRequest& request);
    /// A sound REPLY of agent `server`'s present life. False: nobody waits for it (any more).
    [[nodiscard]] bool answer(std::uint16_t server, Frame frame);

    /// Asked when a frame's turn has come: notes that the server has it. False: who asked is gone,
    /// the frame is to be dropped.
    [[nodiscard]] bool hand_out(std::uint16_t agent, const Frame& frame);

    /// The server's life has ended, or it will not live again: its requests are LOST, all or those
    /// that it had been handed.
    void lose_server(std::uint16_t server, bool only_handed_out, std::string_view why);
    /// The client's life has ended: nobody waits for its replies.
    void forget_client(std::uint16_t client) { open_.forget_client(client); }

    /// Agents have joined behind the others, or left: numbers stay as they were.
    void change_directory(RequestDirectory directory) { directory_ = std::move(directory); }
    [[nodiscard]] const RequestDirectory& directory() const { return directory_; }
    [[nodiscard]] std::size_t open() const { return open_.size(); }

private:
    void send(const RoutedRequest& request, std::uint16_t port, Frame frame);
    void fail(const RoutedRequest& request, std::int32_t status, std::string_view sentence);
    [[nodiscard]] bool has_room(std::uint16_t client);

    RequestDirectory directory_;
    RequestHands& hands_;
    OpenRequests open_;
};

}  // namespace drover
