/// Where `drover why` looks, and what it says of what it did not find.
#include "command/why_sources.hpp"

#include <gmock/gmock.h>

#include "fake_droverd.hpp"
#include "past_messages.hpp"

namespace drover::test {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

const RecordedId why_bar{1, 1, 51};
const RecordedId why_order{3, 1, 1};

struct WhySourcesIn : testing::Test {
    void write_log(const std::string& names) {
        write_past_names(folder.state(), names);
        write_past_log(folder.state(), {{why_order, why_bar, "order.submit", R"({"id":"abc"})"}});
    }
    void record(const std::string& names, std::vector<PastMessage> messages) {
        write_past_recording(recording, names, messages);
    }
    /// Of why_sources, on standard error.
    static std::string note_while(const std::function<void()>& work) {
        testing::internal::CaptureStderr();
        work();
        return testing::internal::GetCapturedStderr();
    }

    CommandFolder folder;
    std::filesystem::path recording = folder.path() / "desk.recording";
};

}  // namespace

TEST_F(WhySourcesIn, a_place_without_anything_are_refused_with_what_to_do) {
    auto sources = find_why_sources(folder.state(), "");
    ASSERT_FALSE(sources);
    EXPECT_THAT(sources.error().message, HasSubstr("--recording FILE"));
    const FakeDroverd droverd(folder.state(),
                              [](const auto&, const Json&) { return good(nullptr); });
    sources = find_why_sources(folder.state(), "");
    ASSERT_FALSE(sources);
    EXPECT_THAT(sources.error().message,
                HasSubstr("the fleet has no durable log. Nothing is being recorded now"));
}

TEST_F(WhySourcesIn, a_state_directory_are_its_log_also_without_a_fleet) {
    write_log(past_names({{"risk", 3}}));
    const auto sources = find_why_sources(folder.state(), "");
    ASSERT_TRUE(sources) << sources.error().message;
    EXPECT_EQ(sources.value().text(),
              "the durable log in '" + (folder.state() / "router" / "log").string() + "'");
}

TEST_F(WhySourcesIn, a_running_fleet_are_also_what_is_being_recorded) {
    record(past_names({{"risk", 3}}), {});
    const FakeDroverd droverd(folder.state(), [this](const std::string& method, const Json&) {
        return method == "recording" ? good({{"file", recording.string()}})
                                     : bad(-32601, "no such method");
    });
    const auto sources = find_why_sources(folder.state(), "");
    ASSERT_TRUE(sources) << sources.error().message;
    EXPECT_EQ(sources.value().text(), "the recording '" + recording.string() + "'");
}

TEST_F(WhySourcesIn, the_log_name_the_durable_topics_and_the_cause_that_was_none) {
    write_log(past_names({{"risk", 3}, {"market-data", 1}},
                         Json::array({{{"pattern", "order.>"}, {"delivery", "durable"}},
                                      {{"pattern", "market.>"}, {"delivery", "stream"}},
                                      {{"pattern", "advice.>"}, {"delivery", "durable"}}})));
    auto sources = find_why_sources(folder.state(), "");
    ASSERT_TRUE(sources);
    const auto chain = why_chain_of(sources.value(), "abc");
    ASSERT_TRUE(chain);
    EXPECT_EQ(sources.value().what_is_missing(chain.value()),
              "Not found, though a cause: market-data 51.\n"
              "The log holds durable topics only (order.>, advice.>); a recording that was made "
              "meanwhile has the rest: --recording FILE.\n");
}

TEST_F(WhySourcesIn, log_and_recording_miss_nothing_once_both_are_there) {
    const std::string names = past_names({{"risk", 3}, {"market-data", 1}});
    write_log(names);
    record(names, {{why_bar, {}, "market.bar", "{}"}});
    auto sources = find_why_sources(folder.state(), recording);
    ASSERT_TRUE(sources);
    EXPECT_THAT(sources.value().text(), HasSubstr("' and the recording '"));
    const auto chain = why_chain_of(sources.value(), "abc");
    ASSERT_TRUE(chain);
    ASSERT_EQ(chain.value().links.size(), 2U);
    EXPECT_EQ(chain.value().links[0].id, why_bar);
    EXPECT_THAT(sources.value().what_is_missing(chain.value()), IsEmpty());
}

TEST_F(WhySourcesIn, a_recording_of_another_fleet_leave_the_log_out_and_say_so) {
    write_log(past_names({{"risk", 3}}));
    record(past_names({{"risk", 8}}), {});
    const std::string note = note_while([&] {
        const auto sources = find_why_sources(folder.state(), recording);
        ASSERT_TRUE(sources);
        EXPECT_EQ(sources.value().log, nullptr);
        EXPECT_THAT(sources.value().text(), Not(HasSubstr("durable log")));
    });
    EXPECT_THAT(note, HasSubstr("is of another run than the recording"));
}

TEST_F(WhySourcesIn, a_recording_of_another_run_leave_the_log_out_once_they_contradict) {
    const std::string names = past_names({{"risk", 3}});
    write_log(names);
    record(names, {{why_order, {}, "order.submit", R"({"id":"abc"})"}});
    const std::string note = note_while([&] {
        auto sources = find_why_sources(folder.state(), recording);
        ASSERT_TRUE(sources);
        ASSERT_NE(sources.value().log, nullptr);
        const auto chain = why_chain_of(sources.value(), "abc");
        ASSERT_TRUE(chain);
        EXPECT_EQ(sources.value().log, nullptr);
        EXPECT_FALSE(chain.value().links.at(0).is_cause_missing)
            << "in the recording the order has no cause";
    });
    EXPECT_THAT(note, HasSubstr("is of another run than the recording"));
}

TEST_F(WhySourcesIn, a_recording_of_the_same_history_before_a_fresh_start_leave_the_log_out) {
    const std::string names =
        past_names({{"risk", 3}}, Json::array({{{"pattern", "order.>"}, {"delivery", "durable"}}}));
    const auto order = [](std::uint32_t incarnation, std::uint64_t sequence) {
        return PastMessage{{3, incarnation, sequence}, {}, "order.submit", R"({"id":"abc"})", 7};
    };
    write_past_names(folder.state(), names);
    write_past_log(folder.state(), {order(3, 1)});
    write_past_recording(recording, names, {order(1, 1)}, EntryKind::message);
    const std::string note = note_while([&] {
        auto sources = find_why_sources(folder.state(), recording);
        ASSERT_TRUE(sources);
        const auto chain = why_chain_of(sources.value(), "abc");
        ASSERT_TRUE(chain);
        EXPECT_EQ(chain.value().links.size(), 1U) << "each order stands once";
    });
    EXPECT_THAT(note, HasSubstr("is of another run than the recording"));
}

TEST_F(WhySourcesIn, a_file_that_is_no_recording_are_refused) {
    std::ofstream(recording) << "not a recording at all, whatever its name";
    EXPECT_FALSE(find_why_sources(folder.state(), recording));
}

}  // namespace drover::test
