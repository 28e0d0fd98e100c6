/// A crash report as a person reads it.
#include "command/last_crash.hpp"

#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover::test {

TEST(ReadableCrash, has_its_frames_and_its_last_lines_as_rows_and_its_exit_in_words) {
    const Json report = {
        {"agent", "risk"},
        {"reason", "killed by SIGSEGV"},
        {"exit", {{"signal", 11}, {"text", "killed by SIGSEGV"}}},
        {"backtrace",
         Json::array({{{"module", "/p/risk.so"},
                       {"offset", 4660},
                       {"function", "size_order"},
                       {"file", "risk.cpp"},
                       {"line", 41}},
                      {{"module", "/p/risk.so"}, {"offset", 255}, {"function", nullptr}},
                      {{"offset", 16}}})},
        {"last_lines",
         Json::array({{{"time", "2026-01-01T00:00:00Z"},
                       {"level", "info"},
                       {"message", "about to crash"},
                       {"stream", "stdout"}}})}};
    const Json readable = readable_crash(report);
    EXPECT_FALSE(readable.contains("agent")) << "who it is stands above it already";
    EXPECT_EQ(readable.at("reason"), "killed by SIGSEGV");
    EXPECT_EQ(readable.at("exit"), "killed by SIGSEGV");
    const Json& frames = readable.at("backtrace");
    ASSERT_EQ(frames.size(), 3U);
    EXPECT_EQ(frames[0], (Json{{"frame", 0}, {"function", "size_order"}, {"at", "risk.cpp:41"}}));
    EXPECT_EQ(frames[1], (Json{{"frame", 1}, {"function", nullptr}, {"at", "/p/risk.so+0xff"}}));
    EXPECT_EQ(frames[2], (Json{{"frame", 2}, {"function", nullptr}, {"at", "0x10"}}));
    EXPECT_EQ(readable.at("last_lines"),
              Json::array({{{"time", "2026-01-01T00:00:00Z"},
                            {"level", "info"},
                            {"message", "about to crash"}}}));
}

TEST(ReadableCrash, has_empty_tables_where_the_report_has_none) {
    const Json readable = readable_crash({{"reason", "exited with 3"}});
    EXPECT_EQ(readable.at("exit"), "");
    EXPECT_TRUE(readable.at("backtrace").empty());
    EXPECT_TRUE(readable.at("last_lines").empty());
}

}  // namespace drover::test
