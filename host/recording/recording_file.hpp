/// How a recording lies on disk: a head, then blocks, each with a checksum. docs/recording.md.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "recording/entry.hpp"

namespace drover {

/// The first bytes of a recording.
struct RecordingFileHead {
    static constexpr std::array<char, 8> right_magic{'D', 'R', 'V', 'R', 'R', 'E', 'C', '\0'};
    /// 1 held neither what lay in stores, nor where random numbers went on, nor quotas and rules
    /// that changed: it can be read, not replayed.
    static constexpr std::uint32_t newest_version = 2;

    std::array<char, 8> magic = right_magic;
    std::uint32_t version = newest_version;
    std::uint32_t reserved = 0;
    std::int64_t begun = 0;  ///< Wall ns.
};
static_assert(sizeof(RecordingFileHead) == 24 && std::is_trivially_copyable_v<RecordingFileHead>);

enum class BlockKind : std::uint16_t {
    names = 1,    ///< JSON: the fleet, its agents, types with their fields, publishers.
    entries = 2,  ///< Whole entries of one stream; a stream is one life of an agent.
    end = 3       ///< JSON: how the recording ended. The last block.
};

struct RecordingBlockHead {
    static constexpr std::uint32_t right_mark = 0x4B4C4244;  // "DBLK"

    std::uint32_t mark = right_mark;
    std::uint16_t kind = 0;  ///< A BlockKind; a number here because it comes from outside.
    std::uint16_t reserved = 0;
    std::uint32_t stream = 0;    ///< Of entries: which life, from 1 in the order of joining.
    std::uint32_t size = 0;      ///< Bytes of the body.
    std::uint32_t checksum = 0;  ///< crc32c of this head, with 0 here, and the body.
    std::uint32_t padding = 0;
};
static_assert(sizeof(RecordingBlockHead) == 24 && std::is_trivially_copyable_v<RecordingBlockHead>);

/// No block has a larger body.
inline constexpr std::uint32_t largest_block = largest_entry + (std::uint32_t{16} << 20U);

}  // namespace drover
