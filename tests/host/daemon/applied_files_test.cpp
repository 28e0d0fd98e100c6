// The files that a fleet ran with, and seeing that one is saved.
#include "daemon/applied_files.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "daemon/file_comparison.hpp"
#include "daemon/file_watch.hpp"
#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

FleetSources sources(const std::string& file, const std::string& text) {
    return {file, text, "", {}};
}

class AppliedFilesOfAFleet : public testing::Test {
protected:
    AppliedFiles open() { return AppliedFiles::open(scratch_.path() / "applied").value(); }

    test::ScratchFolder scratch_;
};

TEST_F(AppliedFilesOfAFleet, are_found_again_by_the_next_droverd) {
    {
        AppliedFiles applied = open();
        EXPECT_TRUE(applied.keep(sources("/desk/agents.yaml", "first"), "ann"));
        EXPECT_TRUE(applied.keep(sources("/desk/agents.yaml", "second"), "bob"));
    }
    const AppliedFiles applied = open();
    ASSERT_THAT(applied.files(), SizeIs(2));
    const AppliedFile earlier = applied.before_newest(1).value();
    EXPECT_EQ(earlier.by, "ann");
    EXPECT_EQ(earlier.file, "/desk/agents.yaml");
    EXPECT_EQ(applied.sources_of(earlier).value().text, "first");
    EXPECT_EQ(applied.sources_of(applied.before_newest(0).value()).value().text, "second");
}

TEST_F(AppliedFilesOfAFleet, are_the_last_ten) {
    AppliedFiles applied = open();
    for (int i = 1; i <= 12; ++i) {
        EXPECT_TRUE(applied.keep(sources("/agents.yaml", "text " + std::to_string(i)), "ann"));
    }
    EXPECT_THAT(applied.files(), SizeIs(10));
    EXPECT_EQ(applied.sources_of(applied.before_newest(9).value()).value().text, "text 3");
    const auto too_far = applied.before_newest(10);
    ASSERT_FALSE(too_far);
    EXPECT_THAT(too_far.error().message, HasSubstr("9 earlier ones are kept"));
    std::size_t copies = 0;
    for (const auto& entry : std::filesystem::directory_iterator(scratch_.path() / "applied")) {
        copies += entry.path().extension() == ".yaml" ? 1U : 0U;
    }
    EXPECT_EQ(copies, 10U) << "older copies are removed";
}

TEST_F(AppliedFilesOfAFleet, hold_the_overlay_that_belonged_to_each) {
    AppliedFiles applied = open();
    const FleetSources first{"/desk/agents.yaml", "base", "prod", "over"};
    EXPECT_TRUE(applied.keep(first, "ann"));
    EXPECT_TRUE(applied.keep({"/desk/agents.yaml", "base", "prod", "another over"}, "bob"));
    ASSERT_THAT(applied.files(), SizeIs(2)) << "another overlay is another file";
    EXPECT_EQ(open().sources_of(open().before_newest(1).value()).value(), first);
    std::ifstream running(scratch_.path() / "applied/running.json");
    const auto json = parse_json(std::string{std::istreambuf_iterator<char>(running), {}});
    EXPECT_EQ(fleet_sources_from_json(json.value()).value().overlay, "another over");
}

TEST_F(AppliedFilesOfAFleet, are_compared_with_what_stands_in_the_file_now) {
    AppliedFiles applied = open();
    FileComparison comparison(applied);
    EXPECT_FALSE(comparison.standing());
    const auto file = scratch_.path() / "agents.yaml";
    const auto save = [&file](const std::string& text) {
        std::filesystem::remove(file);
        std::ofstream(file) << text;
    };
    save("one");
    EXPECT_TRUE(applied.keep(sources(file, "one"), "ann"));
    EXPECT_EQ(comparison.standing(), FileStanding::applied);
    EXPECT_FALSE(comparison.sentence());
    save("two");
    EXPECT_EQ(comparison.standing(), FileStanding::differs);
    EXPECT_THAT(comparison.sentence().value_or(""), HasSubstr("changed after it was applied"));
    EXPECT_TRUE(applied.keep(sources(file, "two"), "ann"));
    EXPECT_EQ(comparison.standing(), FileStanding::applied);
    EXPECT_TRUE(applied.keep(sources(file, "one"), "ann, with drover apply --rollback 1", true));
    EXPECT_EQ(comparison.standing(), FileStanding::differs);
    EXPECT_THAT(comparison.sentence().value_or(""), HasSubstr("has returned to an earlier copy"));
    std::filesystem::remove(file);
    EXPECT_EQ(comparison.standing(), FileStanding::missing);
}

TEST_F(AppliedFilesOfAFleet, are_not_kept_twice_when_nothing_changed) {
    AppliedFiles applied = open();
    EXPECT_TRUE(applied.keep(sources("/agents.yaml", "same"), "ann"));
    EXPECT_TRUE(applied.keep(sources("/agents.yaml", "same"), "bob"));
    EXPECT_THAT(applied.files(), SizeIs(1));
    EXPECT_TRUE(applied.keep(sources("/elsewhere/agents.yaml", "same"), "bob"));
    EXPECT_THAT(applied.files(), SizeIs(2)) << "its relative paths mean something else there";
}

TEST_F(AppliedFilesOfAFleet, are_not_begun_anew_over_a_list_that_cannot_be_read) {
    std::filesystem::create_directories(scratch_.path() / "applied");
    std::ofstream(scratch_.path() / "applied" / "index.json") << "{torn";
    const auto applied = AppliedFiles::open(scratch_.path() / "applied");
    ASSERT_FALSE(applied);
    EXPECT_THAT(applied.error().message, HasSubstr("index.json"));
}

class WatchedFile : public testing::Test {
protected:
    void write(const std::string& name) { std::ofstream(scratch_.path() / name) << "text"; }

    test::ScratchFolder scratch_;
    std::filesystem::path file_ = scratch_.path() / "agents.yaml";
};

TEST_F(WatchedFile, was_saved_when_it_was_written_or_put_in_place) {
    FileWatch watch = std::move(FileWatch::open(file_).value());
    EXPECT_FALSE(watch.was_saved());
    write("agents.yaml");
    EXPECT_TRUE(watch.was_saved());
    EXPECT_FALSE(watch.was_saved()) << "told once";
    write("agents.yaml.new");
    EXPECT_FALSE(watch.was_saved()) << "another file";
    std::filesystem::rename(scratch_.path() / "agents.yaml.new", file_);
    EXPECT_TRUE(watch.was_saved()) << "as editors do it";
}

TEST_F(WatchedFile, is_not_watched_in_a_folder_that_is_not_there) {
    EXPECT_FALSE(FileWatch::open(scratch_.path() / "nowhere" / "agents.yaml"));
}

}  // namespace
}  // namespace drover
