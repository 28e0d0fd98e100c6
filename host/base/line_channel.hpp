/// Lines of text over a non-blocking stream socket: the control channel and the control socket.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file_descriptor.hpp"

namespace drover {

/// Reads and writes lines without ever blocking. Used by one thread.
class LineChannel {
public:
    /// Takes over a stream socket and makes it non-blocking.
    explicit LineChannel(FileDescriptor socket);

    [[nodiscard]] int descriptor() const { return socket_.number(); }

    /// Returns the lines that have arrived, without their newline. After the last one, or a line
    /// above 16 MiB, or a broken peer, `is_ended` is true.
    [[nodiscard]] std::vector<std::string> read_lines();

    /// Bytes that somebody else has read off the socket: they come before all that follows.
    void put_back(std::string_view bytes) { received_.insert(0, bytes); }

    /// Queues one line (a newline is added) and sends what the peer takes now.
    void write_line(std::string_view line);
    /// Sends more of what is queued. Call it when the descriptor is writable and `has_unsent`.
    void flush();
    [[nodiscard]] bool has_unsent() const { return !unsent_.empty(); }
    [[nodiscard]] std::size_t unsent_bytes() const { return unsent_.size(); }

    /// What has arrived of a line, and what was not sent yet: for who goes on with the socket.
    struct Unfinished {
        std::string received;
        std::string unsent;
    };
    [[nodiscard]] Unfinished unfinished() const { return {received_, unsent_}; }
    void go_on_with(Unfinished unfinished) {
        received_ = std::move(unfinished.received);
        unsent_ = std::move(unfinished.unsent);
    }

    /// Whether nothing comes any more: the peer has closed its side, or the channel broke. A peer
    /// that only sends no more still gets what is written.
    [[nodiscard]] bool is_ended() const { return ended_; }

private:
    FileDescriptor socket_;
    std::string received_;
    std::string unsent_;
    bool ended_ = false;
};

}  // namespace drover
