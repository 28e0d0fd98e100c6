#include "process/packet_channel.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace drover {
namespace {

constexpr int longest_silence_ms = 20'000;
constexpr int buffer_bytes = 4 << 20;
constexpr std::size_t control_bytes = CMSG_SPACE(sizeof(int) * PacketChannel::most_descriptors);

/// Takes the descriptors out of what came beside the text.
void take_descriptors(msghdr& message, Packet& packet) {
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t index = 0; index < count; ++index) {
            int number = -1;
            std::memcpy(&number, CMSG_DATA(header) + index * sizeof(int), sizeof(int));
            packet.descriptors.emplace_back(number);
        }
    }
}

}  // namespace

PacketChannel::Sending PacketChannel::send(std::string_view text,
                                           const std::vector<int>& descriptors) {
    std::string content(text);  // iovec takes no const.
    iovec part{content.data(), content.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) std::array<unsigned char, control_bytes> control{};
    const std::size_t count = std::min(descriptors.size(), most_descriptors);
    if (count > 0) {
        message.msg_control = control.data();
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        cmsghdr* const header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * count);
        std::memcpy(CMSG_DATA(header), descriptors.data(), sizeof(int) * count);
    }
    while (!ended_) {
        if (::sendmsg(socket_.number(), &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) {
            return Sending::done;
        }
        if (errno == EAGAIN || errno == ENOBUFS || errno == ETOOMANYREFS) {
            return Sending::would_block;
        }
        if (errno == EMSGSIZE) {
            return Sending::too_large;
        }
        ended_ = errno != EINTR;
    }
    return Sending::ended;
}

PacketChannel::Sending PacketChannel::send_patiently(std::string_view text,
                                                     const std::vector<int>& descriptors) {
    constexpr int pause_ms = 10;
    for (int waited = 0; waited < longest_silence_ms; waited += pause_ms) {
        const Sending sent = send(text, descriptors);
        if (sent != Sending::would_block) {
            return sent;
        }
        pollfd writable{socket_.number(), POLLOUT, 0};
        (void)::poll(&writable, 1, pause_ms);
    }
    ended_ = true;
    return Sending::ended;
}

std::optional<Packet> PacketChannel::receive() {
    Packet packet;
    // What the next packet measures is asked first, so that none is cut.
    ssize_t size = -1;
    while (!ended_ && size < 0) {
        char nothing = 0;
        size = ::recv(socket_.number(), &nothing, 1, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
        if (size < 0 && errno == EAGAIN) {
            return std::nullopt;
        }
        ended_ = size == 0 || (size < 0 && errno != EINTR);
    }
    if (ended_) {
        return std::nullopt;
    }
    packet.text.resize(static_cast<std::size_t>(size));
    iovec part{packet.text.data(), packet.text.size()};
    alignas(cmsghdr) std::array<unsigned char, control_bytes> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t got = ::recvmsg(socket_.number(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (got < 0) {
        return std::nullopt;
    }
    take_descriptors(message, packet);
    return packet;
}

Result<Packet> PacketChannel::await() {
    while (true) {
        if (auto packet = receive()) {
            return std::move(*packet);
        }
        if (ended_) {
            return Error{ErrorKind::unavailable, "The other side of a packet channel is gone."};
        }
        pollfd readable{socket_.number(), POLLIN, 0};
        const int found = ::poll(&readable, 1, longest_silence_ms);
        if (found == 0) {
            return Error{ErrorKind::unavailable, "The other side of a packet channel is silent."};
        }
    }
}

Result<PacketPair> make_packet_pair() {
    std::array<int, 2> numbers{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, numbers.data()) != 0) {
        return Error{ErrorKind::unavailable,
                     std::string("Cannot make a socket pair: ") + std::strerror(errno) + "."};
    }
    for (const int number : numbers) {
        // As much as the system allows: a packet must fit as a whole.
        ::setsockopt(number, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    }
    return PacketPair{FileDescriptor(numbers[0]), FileDescriptor(numbers[1])};
}

}  // namespace drover
