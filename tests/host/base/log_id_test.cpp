/// The UUID of a log as text.
#include "base/log_id.hpp"

#include <gtest/gtest.h>

namespace drover {
namespace {

constexpr LogId some_log = {
    0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe};

TEST(LogId, is_written_as_uuids_are) {
    EXPECT_EQ(to_text(some_log), "01234567-89ab-cdef-1032-547698badcfe");
    EXPECT_EQ(log_id_from_text("01234567-89ab-cdef-1032-547698badcfe"), some_log);
}

TEST(LogId, of_no_log_is_empty) {
    EXPECT_EQ(to_text(LogId{}), "");
    EXPECT_EQ(log_id_from_text(""), LogId{});
}

TEST(LogId, is_not_read_from_any_other_text) {
    for (const auto* const text : {"0",
                                   "01234567-89ab-cdef-1032-547698badcf",
                                   "01234567-89ab-cdef-1032-547698badcfe0",
                                   "01234567-89AB-cdef-1032-547698badcfe",
                                   "0123456789ab--cdef-1032-547698badcfe",
                                   "01234567-89ab-cdef-1032-547698badcfg",
                                   "00000000-0000-0000-0000-000000000000"}) {
        EXPECT_FALSE(log_id_from_text(text)) << text;
    }
}

}  // namespace
}  // namespace drover
