#include "recording/checksum.hpp"

#include <array>
#include <cstring>

namespace drover {
namespace {

constexpr std::uint32_t polynomial = 0x82F63B78U;
constexpr std::size_t slices = 8;
constexpr unsigned byte_bits = 8;
constexpr std::uint32_t low_byte = 0xFFU;

using Tables = std::array<std::array<std::uint32_t, 256>, slices>;

/// Eight tables, so that eight bytes take eight look-ups that do not wait for each other.
constexpr Tables make_tables() {
    Tables tables{};
    for (std::uint32_t index = 0; index < tables[0].size(); ++index) {
        std::uint32_t value = index;
        for (unsigned bit = 0; bit < byte_bits; ++bit) {
            value = (value >> 1U) ^ ((value & 1U) != 0 ? polynomial : 0U);
        }
        tables[0][index] = value;
    }
    for (std::size_t slice = 1; slice < slices; ++slice) {
        for (std::size_t index = 0; index < tables[0].size(); ++index) {
            const std::uint32_t last = tables[slice - 1][index];
            tables[slice][index] = (last >> byte_bits) ^ tables[0][last & low_byte];
        }
    }
    return tables;
}

constexpr Tables tables = make_tables();

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before) {
    std::uint32_t crc = ~before;
    while (bytes.size() >= slices) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), sizeof word);
        word ^= crc;
        crc = 0;
        for (std::size_t slice = 0; slice < slices; ++slice) {
            crc ^= tables[slices - 1 - slice][(word >> (byte_bits * slice)) & low_byte];
        }
        bytes = bytes.subspan(slices);
    }
    for (const std::byte byte : bytes) {
        crc = (crc >> byte_bits) ^ tables[0][(crc ^ static_cast<std::uint32_t>(byte)) & low_byte];
    }
    return ~crc;
}

}  // namespace drover
