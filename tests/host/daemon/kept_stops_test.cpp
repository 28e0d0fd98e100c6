// Who was stopped by a person is known after droverd has ended.
#include "daemon/kept_stops.hpp"

#include <filesystem>
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

/// Kept stops in a folder, and what they told.
class ToldStops : public testing::Test {
protected:
    std::string told() const {
        std::string all;
        for (const std::string& event : events) {
            all += (all.empty() ? "" : " ") + event;
        }
        return all;
    }

    ScratchFolder folder;
    std::filesystem::path file = folder.path() / "stopped.json";
    std::vector<std::string> events;
    KeptStops stops{file, [this](const char* event, const std::string& /*sentence*/) {
                        events.emplace_back(event);
                    }};
};

TEST_F(ToldStops, are_written_only_when_a_wish_came) {
    EXPECT_FALSE(stops.keep(0, {"risk"}));
    EXPECT_FALSE(std::filesystem::exists(file));
    EXPECT_FALSE(stops.keep(1, {"risk"}));
    EXPECT_EQ(read_kept_stops(file).value(), std::vector<std::string>{"risk"});
    EXPECT_EQ(told(), "");
}

TEST_F(ToldStops, set_a_broken_file_aside_and_warn_until_the_next_is_written) {
    std::ofstream(file) << "{";
    EXPECT_TRUE(stops.read().empty());
    EXPECT_EQ(told(), "stops_forgotten");
    ASSERT_EQ(stops.warnings().size(), 1U);
    EXPECT_NE(stops.warnings()[0].find("set aside as stopped.json.broken"), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(file.string() + ".broken"));
    EXPECT_FALSE(stops.keep(1, {"risk"}));
    EXPECT_TRUE(stops.warnings().empty());
}

TEST_F(ToldStops, say_once_that_they_are_not_kept_and_try_again) {
    std::filesystem::create_directory(file.string() + ".new");
    const auto why = stops.keep(1, {"risk"});
    ASSERT_TRUE(why);
    EXPECT_NE(why->find("is forgotten when droverd ends"), std::string::npos) << *why;
    const Monotonic failed = monotonic_now();
    stops.look(failed, {"risk"});  // Not yet.
    stops.look(failed + KeptStops::pause, {"risk"});
    EXPECT_EQ(told(), "stops_not_kept");
    EXPECT_EQ(stops.warnings().size(), 1U);
    std::filesystem::remove(file.string() + ".new");
    stops.look(monotonic_now() + KeptStops::pause, {"risk"});
    EXPECT_EQ(told(), "stops_not_kept stops_kept");
    EXPECT_TRUE(stops.warnings().empty());
    EXPECT_EQ(read_kept_stops(file).value(), std::vector<std::string>{"risk"});
}

TEST(KeptStops, say_that_they_cannot_be_written) {
    EXPECT_FALSE(keep_stops("/nowhere/at/all/stopped.json", {"risk"}));
}

}  // namespace
}  // namespace drover
