// A disk that is full: a clear error, the flow stands, nothing is lost, and it goes on by itself
// when there is room.
#include <filesystem>
#include <memory>
#include <system_error>

#include "scenarios/durable_flow.hpp"
#include "scenarios/small_disk.hpp"

namespace drover::scenarios {
namespace {

/// Twenty in each message, so that the log needs several segments, and so many that the flow takes
/// ten seconds at least: the disk is full before it is over.
constexpr std::uint64_t numbers_of_flow = 200'000;
constexpr std::uint64_t messages_of_flow = numbers_of_flow / 20;

bool tells_of_a_full_disk(const AgentStatus& agent) {
    return agent.health == "unhealthy" && agent.reason.find("full") != std::string::npos;
}

/// A durable flow whose state directory, or a folder in it, lies on a small disk.
class SmallFleet {
public:
    explicit SmallFleet(const std::filesystem::path& folder = {}, std::size_t mebibytes = 24)
        : fleet_(std::make_unique<FleetUnderTest>()),
          disk_(std::make_unique<SmallDisk>(fleet_->state_directory() / folder, mebibytes << 20U)) {
        fleet_->write_agents(
            durable_flow_agents("count: " + std::to_string(numbers_of_flow) + ", burst: 20", ""),
            durable_flow_rules());
    }
    /// The fleet ends first, because it shows its logs when the test has failed; the folder can be
    /// removed when nothing is mounted in it any more.
    ~SmallFleet() {
        const std::filesystem::path folder = fleet_->folder();
        fleet_.reset();
        disk_.reset();
        std::error_code error;
        std::filesystem::remove_all(folder, error);
    }
    SmallFleet(const SmallFleet&) = delete;
    SmallFleet& operator=(const SmallFleet&) = delete;

    [[nodiscard]] const FleetUnderTest* operator->() const { return fleet_.get(); }
    [[nodiscard]] const FleetUnderTest& fleet() const { return *fleet_; }
    [[nodiscard]] const SmallDisk& disk() const { return *disk_; }

    /// Fills the disk, and again what agents give back of it, until the source tells of it.
    [[nodiscard]] testing::AssertionResult has_a_full_disk() const {
        return fleet_->reaches("source", [this](const AgentStatus& now) {
            disk_->fill();
            return tells_of_a_full_disk(now);
        });
    }
    /// Whether nobody had to be restarted.
    [[nodiscard]] testing::AssertionResult has_no_restarts() const {
        const auto now = fleet_->status();
        if (!now) {
            return testing::AssertionFailure() << "no status";
        }
        for (const auto& [name, agent] : now->agents) {
            if (agent.restarts != 0) {
                return testing::AssertionFailure() << now->text;
            }
        }
        return testing::AssertionSuccess();
    }

private:
    std::unique_ptr<FleetUnderTest> fleet_;
    std::unique_ptr<SmallDisk> disk_;
};

bool has_heard_of_the_flow(const AgentStatus& agent) {
    return agent.messages_in > 0;
}

TEST(FullDisk, pauses_the_flow_which_goes_on_when_there_is_room) {
    SmallFleet fleet;
    if (!fleet.disk().why_not().empty()) {
        GTEST_SKIP() << fleet.disk().why_not();
    }
    fleet->up();
    ASSERT_TRUE(fleet->reaches("auditor", has_heard_of_the_flow));
    EXPECT_TRUE(fleet.has_a_full_disk());
    const auto paused = fleet->status();
    ASSERT_TRUE(paused);
    EXPECT_LT((*paused)["source"].messages_out, messages_of_flow);
    EXPECT_TRUE(fleet.has_no_restarts());
    fleet.disk().free();
    EXPECT_TRUE(has_handled(fleet.fleet(), numbers_of_flow));
    EXPECT_TRUE(fleet->gets_well());
    EXPECT_TRUE(fleet.has_no_restarts());
}

TEST(FullDisk, that_the_fleet_fills_by_itself_is_shared_by_agents_and_log) {
    // The WAL of each agent would grow to 4 MiB and stay so, also when it waits for the log.
    SmallFleet fleet({}, 12);
    if (!fleet.disk().why_not().empty()) {
        GTEST_SKIP() << fleet.disk().why_not();
    }
    fleet->up();
    EXPECT_TRUE(has_handled(fleet.fleet(), numbers_of_flow));
    EXPECT_TRUE(fleet.has_no_restarts());
}

TEST(FullDisk, that_takes_no_further_segment_is_told_by_the_router) {
    // The log's own disk, because the agents' files would take what is left before it.
    SmallFleet fleet("router/log");
    if (!fleet.disk().why_not().empty()) {
        GTEST_SKIP() << fleet.disk().why_not();
    }
    fleet->up();
    ASSERT_TRUE(fleet->reaches("auditor", has_heard_of_the_flow));
    EXPECT_TRUE(fleet->reaches("drover-router", [&fleet](const AgentStatus& now) {
        fleet.disk().fill();  // Also what a segment that was removed meanwhile gave back.
        return now.health == "degraded" &&
               now.reason.find("No space left on device") != std::string::npos;
    }));
    const ProgramResult stat = fleet->drover({"log", "stat"});
    EXPECT_NE(stat.output.find("No space left on device"), std::string::npos) << stat.text();
    fleet.disk().free();
    EXPECT_TRUE(has_handled(fleet.fleet(), numbers_of_flow));
    EXPECT_TRUE(fleet->gets_well());
    EXPECT_TRUE(fleet.has_no_restarts());
}

TEST(FullDisk, loses_nothing_when_all_is_killed_on_it) {
    SmallFleet fleet;
    if (!fleet.disk().why_not().empty()) {
        GTEST_SKIP() << fleet.disk().why_not();
    }
    fleet->up();
    ASSERT_TRUE(fleet->reaches("auditor", has_heard_of_the_flow));
    EXPECT_TRUE(fleet.has_a_full_disk());
    kill_marked(fleet->mark());
    ASSERT_TRUE(fleet->is_gone_within(patience));
    const ProgramResult refused = fleet->drover({"up", "-d", "--timeout", "10s"});
    EXPECT_NE(refused.exit_code, 0);
    EXPECT_NE(refused.text().find("No space left on device"), std::string::npos) << refused.text();
    kill_marked(fleet->mark());
    ASSERT_TRUE(fleet->is_gone_within(patience));
    fleet.disk().free();
    fleet->up();
    EXPECT_TRUE(has_handled(fleet.fleet(), numbers_of_flow));
}

}  // namespace
}  // namespace drover::scenarios
