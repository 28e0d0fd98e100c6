#include "process/descriptor_message.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <sys/uio.h>

namespace drover {
namespace {

constexpr std::size_t longest_text = 4096;
constexpr std::size_t most_descriptors = 8;

/// Room for the descriptors of one message, aligned as the kernel wants it.
struct alignas(cmsghdr) ControlRoom {
    std::array<char, CMSG_SPACE(sizeof(int) * most_descriptors)> bytes{};
};

}  // namespace

Result<SocketPair> make_message_socket_pair() {
    std::array<int, 2> numbers{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, numbers.data()) != 0) {
        return Error{ErrorKind::unavailable,
                     std::string("Cannot make a socket pair: ") + std::strerror(errno) + "."};
    }
    return SocketPair{FileDescriptor(numbers[0]), FileDescriptor(numbers[1])};
}

bool send_message(int socket, std::string_view text, std::span<const int> descriptors) {
    if (text.empty() || text.size() > longest_text || descriptors.size() > most_descriptors) {
        return false;
    }
    iovec part{const_cast<char*>(text.data()), text.size()};
    ControlRoom room;
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!descriptors.empty()) {
        message.msg_control = room.bytes.data();
        message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
        cmsghdr* const header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
        std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
    }
    ssize_t sent = -1;
    do {
        sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == static_cast<ssize_t>(text.size());
}

std::optional<DescriptorMessage> receive_message(int socket, bool& is_ended) {
    DescriptorMessage received;
    received.text.resize(longest_text);
    iovec part{received.text.data(), received.text.size()};
    ControlRoom room;
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room.bytes.data();
    message.msg_controllen = room.bytes.size();
    ssize_t got = -1;
    do {
        got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    is_ended = got == 0 || (got < 0 && errno != EAGAIN);
    if (got <= 0) {
        return std::nullopt;
    }
    received.text.resize(static_cast<std::size_t>(got));
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int number = -1;
            std::memcpy(&number, CMSG_DATA(header) + i * sizeof(int), sizeof number);
            received.descriptors.emplace_back(number);
        }
    }
    return received;
}

}  // namespace drover
