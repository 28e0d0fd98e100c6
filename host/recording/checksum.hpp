/// The checksum of a recording's blocks: CRC-32C (Castagnoli, RFC 3720), reflected 0x82F63B78.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace drover {

/// Of `bytes`, going on from `before`, the checksum of what came before them (0: nothing).
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before = 0);

}  // namespace drover
