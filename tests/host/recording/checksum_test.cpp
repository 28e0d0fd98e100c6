/// The checksum of blocks is the one that the world knows as CRC-32C.
#include "recording/checksum.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace drover {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

TEST(Checksum, is_crc32c) {
    EXPECT_EQ(crc32c(bytes_of("123456789")), 0xE3069283U);
    EXPECT_EQ(crc32c({}), 0U);
}

TEST(Checksum, goes_on_from_what_came_before) {
    const std::string_view text = "a text that is longer than one step of eight bytes";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        EXPECT_EQ(crc32c(bytes_of(text.substr(cut)), crc32c(bytes_of(text.substr(0, cut)))),
                  crc32c(bytes_of(text)));
    }
}

}  // namespace
}  // namespace drover
