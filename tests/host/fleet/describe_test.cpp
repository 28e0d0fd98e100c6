#include "fleet/describe.hpp"

#include <cerrno>
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "process/process_tree.hpp"
#include "tests/host/fleet/fleet_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> files_in(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        names.push_back(file.path().filename().string());
    }
    return names;
}

TEST(DescribingInAChild, gives_what_the_plugin_says) {
    const auto described = describe_in_child(FleetFolder::plugin("good"), FleetFolder::options());
    ASSERT_TRUE(described) << described.error().message;
    EXPECT_THAT(described.value()->agent_names(), ElementsAre("first", "second"));
    EXPECT_EQ(described.value()->file, FleetFolder::plugin("good").string());
}

TEST(DescribingInAChild, is_not_disturbed_by_what_the_plugin_prints) {
    EXPECT_TRUE(describe_in_child(FleetFolder::plugin("talk"), FleetFolder::options()));
}

TEST(DescribingInAChild, passes_the_refusal_of_the_plugin_on) {
    const FleetFolder folder;
    const auto text = folder.write("text.so", "hello");
    const std::vector<DescribedLibrary> described =
        describe_in_children({FleetFolder::plugin("no_entry"),
                              text,
                              "/nowhere/x.so",
                              FleetFolder::plugin("other_hash"),
                              FleetFolder::plugin("good")},
                             FleetFolder::options());
    ASSERT_THAT(described, SizeIs(5));
    EXPECT_THAT(described[0].error().message, HasSubstr("exports no `drover_library_v1`"));
    EXPECT_THAT(described[1].error().message, HasSubstr("is not a library"));
    EXPECT_THAT(described[2].error().message, HasSubstr("cannot be opened"));
    EXPECT_THAT(described[3].error().message, HasSubstr("other ABI headers"));
    EXPECT_TRUE(described[4]);
}

TEST(DescribingInAChild, tells_of_a_crash) {
    const auto described = describe_in_child(FleetFolder::plugin("crash"), FleetFolder::options());
    EXPECT_EQ(described.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(described.error().message,
              "Plugin '" + FleetFolder::plugin("crash").string() +
                  "' crashed while being described: killed by SIGSEGV.");
}

TEST(DescribingInAChild, keeps_a_schema_without_end_away_from_this_process) {
    EXPECT_FALSE(describe_in_child(FleetFolder::plugin("endless_schema"), FleetFolder::options()));
}

TEST(DescribingInAChild, tells_of_a_plugin_that_ends_the_process) {
    EXPECT_EQ(
        describe_in_child(FleetFolder::plugin("exit"), FleetFolder::options()).error().message,
        "Plugin '" + FleetFolder::plugin("exit").string() +
            "' ended drover-agent while being described: exit code 0, without an answer.");
}

/// Whether a process is gone, or a zombie that nobody has reaped yet.
bool is_gone(pid_t pid) {
    const auto entry = process_entry(pid);
    return !entry || entry->is_zombie();
}

TEST(DescribingInAChild, ends_a_plugin_that_hangs_with_all_that_it_started) {
    const FleetFolder folder;
    const std::string pid_file = (folder.path() / "pid").string();
    ::setenv("DROVER_TEST_CHILD", pid_file.c_str(), 1);
    DescribeOptions options = FleetFolder::options();
    options.longest = std::chrono::seconds(5);  // Within which it must have started its child.
    const auto described = describe_in_child(FleetFolder::plugin("hang"), options);
    ::unsetenv("DROVER_TEST_CHILD");
    EXPECT_EQ(described.error().kind, ErrorKind::timed_out);
    EXPECT_THAT(described.error().message,
                HasSubstr("did not finish within 5 s while it was being described."));
    pid_t child = -1;
    std::ifstream(pid_file) >> child;
    ASSERT_GT(child, 1);
    const Monotonic deadline = monotonic_now() + std::chrono::seconds(30);
    while (!is_gone(child) && monotonic_now() < deadline) {
        ::usleep(1000);
    }
    EXPECT_TRUE(is_gone(child));
}

TEST(DescribingInAChild, leaves_no_child_and_no_descriptor_behind) {
    const auto count = [] { return files_in("/proc/self/fd").size(); };
    static_cast<void>(describe_in_child(FleetFolder::plugin("good"), FleetFolder::options()));
    const std::size_t before = count();
    for (const char* plugin : {"good", "crash", "no_entry"}) {
        static_cast<void>(describe_in_child(FleetFolder::plugin(plugin), FleetFolder::options()));
    }
    EXPECT_EQ(count(), before);
    EXPECT_THAT(descendants_of(::getpid()), IsEmpty());
}

TEST(DescribingInAChild, says_when_drover_agent_is_missing) {
    DescribeOptions options;
    options.agent_program = "/nowhere/drover-agent";
    const auto described = describe_in_child(FleetFolder::plugin("good"), options);
    EXPECT_THAT(described.error().message, HasSubstr("Cannot start /nowhere/drover-agent"));
}

TEST(DescriptionCache, answers_without_a_child_until_the_file_changes) {
    const FleetFolder folder;
    const std::filesystem::path library = folder.path() / "mine.so";
    std::filesystem::copy_file(FleetFolder::plugin("good"), library);
    DescribeOptions options = FleetFolder::options();
    options.cache = folder.path() / "new" / "cache";
    ASSERT_TRUE(describe_in_child(library, options));
    ASSERT_THAT(files_in(*options.cache), SizeIs(1));

    options.agent_program = "/nowhere/drover-agent";
    const auto cached = describe_in_child(library, options);
    ASSERT_TRUE(cached) << cached.error().message;
    EXPECT_EQ(cached.value()->file, library.string());
    EXPECT_THAT(cached.value()->agent_names(), ElementsAre("first", "second"));

    std::filesystem::copy_file(FleetFolder::plugin("one_agent"),
                               library,
                               std::filesystem::copy_options::overwrite_existing);
    EXPECT_FALSE(describe_in_child(library, options));
    options.agent_program = DROVER_AGENT_PROGRAM;
    EXPECT_THAT(describe_in_child(library, options).value()->agent_names(), ElementsAre("first"));
    EXPECT_THAT(files_in(*options.cache), SizeIs(1));
}

TEST(DescriptionCache, hands_a_failure_over_once_to_the_one_who_takes_it) {
    const FleetFolder folder;
    const std::filesystem::path library = folder.path() / "mine.so";
    std::filesystem::copy_file(FleetFolder::plugin("crash"), library);
    DescribeOptions keep = FleetFolder::options();
    keep.cache = folder.path() / "cache";
    keep.failures = Failures::keep;
    const auto failed = describe_in_child(library, keep);
    ASSERT_FALSE(failed);

    DescribeOptions take = keep;
    take.failures = Failures::take;
    take.agent_program = "/nowhere/drover-agent";
    const auto taken = describe_in_child(library, take);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind, failed.error().kind);
    EXPECT_EQ(taken.error().message, failed.error().message);
    const auto again = describe_in_child(library, take);
    EXPECT_THAT(again.error().message, HasSubstr("/nowhere/drover-agent")) << "it is tried again";
}

TEST(DescriptionCache, takes_no_failure_of_another_build_and_none_while_it_keeps_them) {
    const FleetFolder folder;
    const std::filesystem::path library = folder.path() / "mine.so";
    std::filesystem::copy_file(FleetFolder::plugin("crash"), library);
    DescribeOptions options = FleetFolder::options();
    options.cache = folder.path() / "cache";
    options.failures = Failures::keep;
    ASSERT_FALSE(describe_in_child(library, options));
    std::filesystem::copy_file(
        FleetFolder::plugin("good"), library, std::filesystem::copy_options::overwrite_existing);
    options.failures = Failures::take;
    EXPECT_TRUE(describe_in_child(library, options));
}

TEST(DescriptionCache, keeps_no_failures_and_forgives_damage) {
    const FleetFolder folder;
    DescribeOptions options = FleetFolder::options();
    options.cache = folder.path() / "cache";
    EXPECT_FALSE(describe_in_child(FleetFolder::plugin("crash"), options));
    EXPECT_FALSE(std::filesystem::exists(*options.cache));
    ASSERT_TRUE(describe_in_child(FleetFolder::plugin("good"), options));
    const std::string entry = files_in(*options.cache).front();
    for (const char* damage : {"", "{", "{\"file\": 5}"}) {
        std::ofstream(*options.cache / entry) << damage;
        EXPECT_TRUE(describe_in_child(FleetFolder::plugin("good"), options)) << damage;
    }
    EXPECT_THAT(files_in(*options.cache), ElementsAre(entry));
}

}  // namespace
}  // namespace drover
