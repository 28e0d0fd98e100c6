/// The lists of keys.
#include "config/keys.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <gmock/gmock.h>

namespace drover {
namespace {

using testing::Contains;
using testing::Not;

constexpr std::array all_sections{Section::fleet,
                                  Section::clock,
                                  Section::defaults,
                                  Section::backoff,
                                  Section::heartbeat,
                                  Section::shutdown,
                                  Section::log,
                                  Section::restart_limit,
                                  Section::limits,
                                  Section::quota,
                                  Section::sandbox,
                                  Section::durable_log,
                                  Section::agent,
                                  Section::dependency,
                                  Section::schedule,
                                  Section::topic_rule,
                                  Section::distribution};

TEST(Keys, of_each_section_are_there_and_stand_once) {
    for (const Section section : all_sections) {
        const auto keys = known_keys(section);
        EXPECT_FALSE(keys.empty()) << static_cast<int>(section);
        const std::set<std::string> once(keys.begin(), keys.end());
        EXPECT_EQ(once.size(), keys.size()) << static_cast<int>(section);
    }
}

TEST(Keys, are_known_or_of_a_plugin_or_of_a_later_release_and_never_two_of_these) {
    for (const Section section : all_sections) {
        for (const std::string& key : plugin_keys(section)) {
            EXPECT_THAT(known_keys(section), Not(Contains(key)));
            EXPECT_THAT(later_keys(section), Not(Contains(key)));
        }
        for (const std::string& key : later_keys(section)) {
            EXPECT_THAT(known_keys(section), Not(Contains(key)));
        }
    }
}

TEST(Keys, of_defaults_are_keys_of_an_agent) {
    for (const std::string& key : known_keys(Section::defaults)) {
        EXPECT_THAT(known_keys(Section::agent), Contains(key));
    }
}

}  // namespace
}  // namespace drover
