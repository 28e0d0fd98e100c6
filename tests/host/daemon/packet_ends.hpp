/// The two ends of what guard and supervisor say to each other.
#pragma once

#include <utility>

#include "process/packet_channel.hpp"

namespace drover::test {

struct PacketEnds {
    PacketEnds() {
        PacketPair pair = std::move(make_packet_pair().value());
        guard = PacketChannel(std::move(pair.ours));
        supervisor = PacketChannel(std::move(pair.theirs));
    }
    PacketChannel guard{FileDescriptor()};
    PacketChannel supervisor{FileDescriptor()};
};

}  // namespace drover::test
