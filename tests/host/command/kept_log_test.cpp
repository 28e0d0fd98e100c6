/// The durable log of a state directory as it lies there.
#include "command/kept_log.hpp"

#include <gmock/gmock.h>

#include "fake_droverd.hpp"
#include "past_messages.hpp"
#include "process/state_version.hpp"

namespace drover::test {

using testing::HasSubstr;

TEST(FoundLog, is_none_where_no_fleet_had_durable_topics) {
    const CommandFolder folder;
    const auto found = find_kept_log(folder.state());
    ASSERT_TRUE(found);
    EXPECT_FALSE(found.value());
    EXPECT_EQ(no_kept_log(folder.state()).message,
              "There is no durable log in '" + (folder.state() / "router" / "log").string() +
                  "': no fleet with durable topics was started there yet.");
}

TEST(FoundLog, comes_with_the_names_that_droverd_kept) {
    const CommandFolder folder;
    write_past_log(folder.state(), {{{3, 1, 1}, {}, "order.submit", "{}"}});
    auto found = find_kept_log(folder.state());
    ASSERT_TRUE(found && found.value());
    EXPECT_EQ(found.value()->names.publisher(3), "") << "droverd has kept none yet";
    write_past_names(folder.state(), past_names({{"risk", 3}}));
    found = find_kept_log(folder.state());
    ASSERT_TRUE(found && found.value());
    EXPECT_EQ(found.value()->folder, folder.state() / "router" / "log");
    EXPECT_EQ(found.value()->names.publisher(3), "risk");
}

TEST(FoundLog, of_a_newer_drover_is_not_opened) {
    const CommandFolder folder;
    write_past_log(folder.state(), {{{3, 1, 1}, {}, "order.submit", "{}"}});
    std::ofstream(folder.state() / "version") << state_version + 1 << "\n";
    const auto found = find_kept_log(folder.state());
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::refused);
    for (const std::vector<std::string>& wish :
         {std::vector<std::string>{"stat"}, {"trim"}, {"forget", "risk"}}) {
        std::vector<std::string> verb{"log", wish.front(), "--state-dir", folder.state()};
        verb.insert(verb.end(), wish.begin() + 1, wish.end());
        const CommandResult result = run_drover(verb);
        EXPECT_EQ(result.exit_code, 1) << wish.front();
        EXPECT_THAT(result.errors, HasSubstr("was written by a newer drover")) << wish.front();
    }
}

TEST(FoundLog, with_names_that_cannot_be_read_tells_which_file) {
    const CommandFolder folder;
    write_past_log(folder.state(), {{{3, 1, 1}, {}, "order.submit", "{}"}});
    write_past_names(folder.state(), "half of it");
    const auto found = find_kept_log(folder.state());
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().message,
                HasSubstr((folder.state() / "router" / "names.json").string()));
}

}  // namespace drover::test
