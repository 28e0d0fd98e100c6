// Who was stopped by a person is known after droverd has ended.
#include "daemon/kept_stops.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using test::ScratchFolder;

TEST(KeptStops, are_nobody_before_the_first_stop) {
    const ScratchFolder folder;
    const auto read = read_kept_stops(folder.path() / "stopped.json");
    ASSERT_TRUE(read);
    EXPECT_TRUE(read.value().empty());
}

TEST(KeptStops, are_read_as_they_were_written) {
    const ScratchFolder folder;
    const std::vector<std::string> names{"risk", "market-data"};
    ASSERT_TRUE(keep_stops(folder.path() / "stopped.json", names));
    EXPECT_EQ(read_kept_stops(folder.path() / "stopped.json").value(), names);
    ASSERT_TRUE(keep_stops(folder.path() / "stopped.json", {}));
    EXPECT_TRUE(read_kept_stops(folder.path() / "stopped.json").value().empty());
}

TEST(KeptStops, say_that_a_file_cannot_be_understood) {
    const ScratchFolder folder;
    for (const char* text : {"", "{", "[]", R"({"stopped":1})", R"({"stopped":[1]})"}) {
        std::ofstream(folder.path() / "stopped.json") << text;
        const auto read = read_kept_stops(folder.path() / "stopped.json");
        ASSERT_FALSE(read) << text;
        EXPECT_NE(read.error().message.find("stopped.json"), std::string::npos);
    }
}

TEST(KeptStops, say_that_they_cannot_be_written) {
    EXPECT_FALSE(keep_stops("/nowhere/at/all/stopped.json", {"risk"}));
}

}  // namespace
}  // namespace drover
