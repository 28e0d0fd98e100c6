#include "base/line_channel.hpp"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/socket.h>

namespace drover {
namespace {

constexpr std::size_t longest_line = std::size_t{16} << 20U;
constexpr std::size_t block_size = std::size_t{64} << 10U;

/// Moves the complete lines of `received` to the result.
std::vector<std::string> take_lines(std::string& received) {
    std::vector<std::string> lines;
    std::size_t start = 0;
    for (std::size_t end = received.find('\n'); end != std::string::npos;
         end = received.find('\n', start)) {
        lines.emplace_back(received, start, end - start);
        start = end + 1;
    }
    received.erase(0, start);
    return lines;
}

}  // namespace

LineChannel::LineChannel(FileDescriptor socket) : socket_(std::move(socket)) {
    ::fcntl(socket_.number(), F_SETFL, ::fcntl(socket_.number(), F_GETFL) | O_NONBLOCK);
}

std::vector<std::string> LineChannel::read_lines() {
    std::array<char, block_size> block;
    while (!ended_) {
        const ssize_t got = ::recv(socket_.number(), block.data(), block.size(), 0);
        if (got > 0) {
            received_.append(block.data(), static_cast<std::size_t>(got));
            ended_ = received_.size() > longest_line;
            continue;
        }
        if (got < 0 && errno == EINTR) {
            continue;
        }
        ended_ = got == 0 || errno != EAGAIN;
        break;
    }
    return take_lines(received_);
}

void LineChannel::write_line(std::string_view line) {
    unsent_.append(line);
    unsent_.push_back('\n');
    flush();
}

void LineChannel::flush() {
    std::size_t sent = 0;
    while (sent < unsent_.size()) {
        const ssize_t wrote =
            ::send(socket_.number(), unsent_.data() + sent, unsent_.size() - sent, MSG_NOSIGNAL);
        if (wrote > 0) {
            sent += static_cast<std::size_t>(wrote);
        } else if (wrote < 0 && errno == EINTR) {
            continue;
        } else if (errno == EAGAIN) {
            break;
        } else {
            sent = unsent_.size();  // Nobody reads it. What the peer said last may still be there.
        }
    }
    unsent_.erase(0, sent);
}

}  // namespace drover
