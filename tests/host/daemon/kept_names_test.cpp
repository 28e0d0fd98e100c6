/// What the numbers in the log stand for outlasts the fleet that gave them.
#include "daemon/kept_names.hpp"

#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

class KeptNames : public testing::Test {
protected:
    KeptNames() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "drover-names-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        file_ = folder_ / "router" / "names.json";
    }
    ~KeptNames() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string text() const {
        std::ifstream stream(file_);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    std::filesystem::path folder_;
    std::filesystem::path file_;
};

Json fleet_of(const char* agent, int handle) {
    return {{"fleet", "f"},
            {"agents", Json::array({{{"name", agent}, {"handle", handle}}})},
            {"types", Json::array({{{"name", "t"}, {"handle", handle}}})}};
}

TEST_F(KeptNames, hold_agents_and_types_that_the_fleet_no_longer_has) {
    ASSERT_TRUE(keep_names(file_, fleet_of("old", 1)));
    ASSERT_TRUE(keep_names(file_, fleet_of("new", 2)));
    const auto names = parse_json(text());
    ASSERT_TRUE(names);
    EXPECT_EQ(names.value().at("agents").at(0).at("name"), "new");
    EXPECT_EQ(names.value().at("agents").at(1).at("name"), "old");
    EXPECT_EQ(names.value().at("types").size(), 2U);
}

TEST_F(KeptNames, are_written_only_when_something_is_new) {
    ASSERT_TRUE(keep_names(file_, fleet_of("a", 1)));
    const auto written = std::filesystem::last_write_time(file_);
    const auto before = text();
    std::filesystem::permissions(
        folder_ / "router",
        std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    EXPECT_TRUE(keep_names(file_, fleet_of("a", 1)));
    std::filesystem::permissions(folder_ / "router", std::filesystem::perms::owner_all);
    EXPECT_EQ(text(), before);
    EXPECT_EQ(std::filesystem::last_write_time(file_), written);
}

TEST_F(KeptNames, that_are_damaged_are_written_anew) {
    std::filesystem::create_directories(file_.parent_path());
    std::ofstream(file_) << "{\"agents\": 7";
    ASSERT_TRUE(keep_names(file_, fleet_of("a", 1)));
    EXPECT_EQ(parse_json(text()).value().at("agents").size(), 1U);
}

}  // namespace
}  // namespace drover
