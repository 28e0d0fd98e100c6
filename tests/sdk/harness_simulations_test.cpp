// drover.simulation/1 under the harness: the test says what becomes of what the agent starts.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/agent.hpp>
#include <drover/testing/harness.hpp>

namespace drover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Orchestrator final : public Agent {
public:
    static constexpr About about{
        "orchestrator", "1", "test", "Runs simulations", DROVER_AGENT_ORCHESTRATES};
    static constexpr bool keeps_state = false;
    static constexpr std::array<drover_port, 0> ports{};

    Orchestrator() { present = this; }
    bool start() override {
        table = static_cast<const drover_simulation_v1*>(
            host()->get_extension(host(), DROVER_EXTENSION_SIMULATION));
        if (table != nullptr && on_start) {
            on_start(*this);
        }
        return true;
    }
    void on_post(std::uint64_t token) override {
        std::string text;
        const drover_writer writer{&text, [](void* context, const void* data, std::size_t size) {
                                       static_cast<std::string*>(context)->append(
                                           static_cast<const char*>(data), size);
                                       return drover_status{DROVER_OK};
                                   }};
        const drover_status status = table->read(host(), token, &writer);
        news.push_back(std::to_string(token) + ": " + std::to_string(status) + " " +
                       (status < 0 ? last_error() : text));
    }
    [[nodiscard]] drover_status begin(std::string_view request, std::uint64_t token) const {
        return table->start(host(), {request.data(), request.size()}, token);
    }
    [[nodiscard]] drover_status cancel(std::uint64_t token) const {
        return table->cancel(host(), token);
    }
    using Agent::last_error;

    static inline Orchestrator* present = nullptr;
    static inline std::function<void(Orchestrator&)> on_start;
    const drover_simulation_v1* table = nullptr;
    std::vector<std::string> news;
};

testing::Options lending() {
    testing::Options options;
    options.simulation = true;
    return options;
}

/// Starts an agent whose start does `work`.
struct OrchestratorHarness : testing::Harness {
    explicit OrchestratorHarness(std::function<void(Orchestrator&)> work,
                                 const testing::Options& options = lending())
        : Harness(library<Orchestrator>(), "orchestrator", "{}", options) {
        Orchestrator::on_start = std::move(work);
        EXPECT_EQ(start(), DROVER_OK);
    }
};

TEST(HarnessSimulations, are_lent_only_where_the_test_says_so) {
    const OrchestratorHarness without([](Orchestrator&) { FAIL(); }, testing::Options{});
    EXPECT_EQ(Orchestrator::present->table, nullptr);
}

TEST(HarnessSimulations, are_written_down_and_give_what_the_test_says) {
    OrchestratorHarness harness([](Orchestrator& agent) {
        EXPECT_EQ(agent.begin(R"({"from": "2000-01-03"})", 9), DROVER_OK);
        EXPECT_EQ(agent.begin("{}", 4), DROVER_OK);
    });
    ASSERT_EQ(harness.simulations().size(), 2U);
    EXPECT_EQ(harness.simulations()[0].token, 9U);
    EXPECT_EQ(harness.simulations()[0].request, R"({"from": "2000-01-03"})");
    EXPECT_EQ(harness.simulations()[1].token, 4U);
    harness.tell_progress(4, R"({"events":1})");
    harness.end_simulation(9, DROVER_OK, R"({"trades":2})");
    harness.end_simulation(4, DROVER_E_LOST, "It was killed.");
    EXPECT_THAT(
        Orchestrator::present->news,
        ElementsAre(R"(4: 1 {"events":1})", R"(9: 0 {"trades":2})", "4: -8 It was killed."));
    EXPECT_THAT(harness.simulations(), IsEmpty());
    EXPECT_THROW(harness.tell_progress(4, "{}"), testing::HarnessError);
    EXPECT_THAT(harness.violations(), IsEmpty());
}

TEST(HarnessSimulations, are_refused_as_a_host_refuses_them) {
    OrchestratorHarness harness([](Orchestrator& agent) {
        for (std::uint64_t token = 1; token <= DROVER_SIMULATION_MOST; ++token) {
            EXPECT_EQ(agent.begin("{}", token), DROVER_OK);
        }
        EXPECT_EQ(agent.begin("{}", 1), DROVER_E_STATE);
        EXPECT_EQ(agent.begin("{}", 99), DROVER_E_STATE);
        EXPECT_THAT(agent.last_error(), HasSubstr("16 simulations are open"));
        EXPECT_EQ(agent.cancel(99), DROVER_E_NOT_FOUND);
        EXPECT_EQ(agent.cancel(1), DROVER_OK);
        EXPECT_EQ(agent.begin("nonsense", 1), DROVER_E_INVALID);
    });
    EXPECT_EQ(harness.simulations().size(), std::size_t{DROVER_SIMULATION_MOST} - 1);
}

TEST(HarnessSimulations, cannot_be_started_where_the_test_refuses_them) {
    OrchestratorHarness harness([](Orchestrator&) {});
    harness.refuse_simulations("No process can be started.");
    EXPECT_THAT(harness.simulations(), IsEmpty());
}

}  // namespace
}  // namespace drover
