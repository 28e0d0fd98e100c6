/// What droverd tells a recorder that has joined, and how a recording ends.
#include "daemon/recording_link.hpp"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "base/file_text.hpp"
#include "daemon/handle_store.hpp"
#include "recording/recorder_patience.hpp"
#include "tests/host/daemon/waiting_recorder.hpp"
#include "tests/host/process/scratch.hpp"

namespace drover::test {
namespace {

/// A recorder that never reads but at the end, and the link to it.
struct RecordingLinkTest : testing::Test {
    RecordingLinkTest() {
        fleet.config.name = "desk";
        fleet.config.file = scratch.path() / "agents.yaml";
        messages.emplace(std::move(FleetMessages::create(fleet, handles, state, run).value()));
        link.emplace(loop, *messages, run, log, events, [this] { ++told; });
        recorder.emplace(run);
        EXPECT_TRUE(link->join());
    }
    ~RecordingLinkTest() override { ::unsetenv("XDG_RUNTIME_DIR"); }
    [[nodiscard]] bool has_event(const std::string& event) const {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch.path())) {
            if (entry.is_regular_file() &&
                read_file_text(entry.path()).value_or("").find('"' + event + '"') !=
                    std::string::npos) {
                return true;
            }
        }
        return false;
    }
    ScratchFolder scratch;
    PreparedFleet fleet;
    RunDirectory run = [this] {
        ::setenv("XDG_RUNTIME_DIR", scratch.path().c_str(), 1);
        return RunDirectory::prepare(scratch.path()).value();
    }();
    StateDirectory state = StateDirectory::open(scratch.path()).value();
    DaemonLog log = DaemonLog::open(state.log_of("droverd")).value();
    EventRecorder events = EventRecorder::open(state, "1.2.3").value();
    HandleStore handles = HandleStore::open(state.handles()).value();
    EventLoop loop = EventLoop::create().value();
    std::optional<FleetMessages> messages;
    std::optional<WaitingRecorder> recorder;
    int told = 0;
    std::optional<RecordingLink> link;
};

TEST_F(RecordingLinkTest, is_over_for_all_once_an_agent_has_given_the_recorder_up) {
    link->given_up("risk", "it waited", monotonic_now() + recorder_patience);
    EXPECT_TRUE(link->status().is_null());
    EXPECT_EQ(told, 2) << "of the beginning and of the end";
    EXPECT_NE(recorder->heard().find(R"({"given_up":"agent 'risk' says that it waited"})"),
              std::string::npos);
    EXPECT_TRUE(has_event("recording_lost"));
}

TEST_F(RecordingLinkTest, is_not_over_by_late_news_of_the_recorder_before) {
    link->given_up("risk", "it waited", monotonic_now());
    EXPECT_FALSE(link->status().is_null());
    EXPECT_EQ(told, 1);
    EXPECT_FALSE(has_event("recording_lost"));
}

TEST_F(RecordingLinkTest, says_farewell_when_droverd_ends) {
    link.reset();
    EXPECT_NE(recorder->heard().find(R"({"end":true})"), std::string::npos);
}

}  // namespace
}  // namespace drover::test
