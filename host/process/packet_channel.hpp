/// Packets of text with open descriptors between guard and supervisor: so a descriptor outlives the
/// process that made it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"

namespace drover {

/// One packet: it arrives whole or not at all.
struct Packet {
    std::string text;
    std::vector<FileDescriptor> descriptors;
};

/// One end of a pair of sequenced-packet sockets. One thread.
class PacketChannel {
public:
    enum class Sending { done, would_block, too_large, ended };

    /// How many descriptors a packet carries at most.
    static constexpr std::size_t most_descriptors = 8;

    explicit PacketChannel(FileDescriptor socket) : socket_(std::move(socket)) {}

    [[nodiscard]] int descriptor() const { return socket_.number(); }
    [[nodiscard]] bool is_open() const { return socket_.is_open(); }

    /// Sends a copy of each descriptor along, without ever waiting.
    [[nodiscard]] Sending send(std::string_view text, const std::vector<int>& descriptors);
    /// The same, and waits for room, but not for ever: `ended` when the peer takes nothing.
    [[nodiscard]] Sending send_patiently(std::string_view text,
                                         const std::vector<int>& descriptors);
    /// The next packet that has arrived; nothing when there is none now. Descriptors that come are
    /// close-on-exec.
    [[nodiscard]] std::optional<Packet> receive();
    /// The next packet, waited for. Fails with `unavailable` when the peer is gone, or silent for
    /// long.
    [[nodiscard]] Result<Packet> await();
    /// Whether the peer is gone; known once `receive` or `send` met its end.
    [[nodiscard]] bool is_ended() const { return ended_; }

private:
    FileDescriptor socket_;
    bool ended_ = false;
};

/// Two connected ends, close-on-exec.
struct PacketPair {
    FileDescriptor ours;
    FileDescriptor theirs;
};
[[nodiscard]] Result<PacketPair> make_packet_pair();

}  // namespace drover
