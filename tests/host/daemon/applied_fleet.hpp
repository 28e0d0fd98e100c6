/// A fleet of fake children that takes files whose plugins are real.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "daemon/fleet_application.hpp"
#include "tests/host/daemon/fake_fleet.hpp"

namespace drover::test {

/// It begins with one agent, 'risk', that no file knows.
class AppliedFleet : public testing::Test {
protected:
    AppliedFleet() {
        fleet_.add("risk", "run");
        fleet_.begin();
        applied_.emplace(AppliedFiles::open(fleet_.state().applied()).value());
        Workplace place = fleet_.workplace();
        // The plugins are described by the real drover-agent.
        place.programs = std::filesystem::path(DROVER_TEST_DROVERD).parent_path();
        application_.emplace(
            place,
            fleet_.supervisor(),
            fleet_.processes(),
            schedules_,
            *applied_,
            [this](std::vector<std::string> warnings) { taken_.push_back(std::move(warnings)); });
    }

    [[nodiscard]] std::filesystem::path file() { return fleet_.fleet().config.file; }
    /// One line of `agents`, of a plugin whose agents do nothing: with `keys` such as
    /// ", replicas: 2".
    [[nodiscard]] static std::string agent(const std::string& name,
                                           const std::string& keys = "",
                                           const std::string& which = "quiet") {
        return "  " + name + ": {plugin: " + DROVER_TEST_PLUGINS + "/behaving.so, agent: " + which +
               keys + "}\n";
    }
    void write(const std::string& agents, const std::string& head = "") {
        std::ofstream(file()) << head << "agents:\n" << agents;
    }
    /// The answer, or an object with `error` and `code`.
    static Json result_of(RpcAnswer answer) {
        if (const auto* const error = std::get_if<RpcError>(&answer)) {
            return {{"error", error->message}, {"code", error->code}};
        }
        return std::move(*std::get<std::unique_ptr<Json>>(answer));
    }
    Json apply(const Json& params = Json::object()) {
        return result_of(application_->apply(params));
    }
    Json scale(const std::string& name, const Json& count) {
        return result_of(application_->scale({{"name", name}, {"replicas", count}, {"by", "ann"}}));
    }
    /// Writes the file and lets it be taken, which must go well.
    Json take(const std::string& agents, const std::string& head = "") {
        write(agents, head);
        Json answer = apply({{"by", "ann"}});
        EXPECT_EQ(value_or(answer, "ok", false), true) << answer.dump();
        return answer;
    }
    /// The names under a key of an answer.
    [[nodiscard]] static std::vector<std::string> names(const Json& answer, const char* key) {
        std::vector<std::string> found;
        for (const Json& change : answer.at(key)) {
            found.push_back(change.at("name"));
        }
        return found;
    }
    /// What was recorded of files that were applied or refused, and by whom: "applied ann".
    [[nodiscard]] std::vector<std::string> recorded() const {
        std::vector<std::string> events;
        for (const Json& event : fleet_.events()) {
            if (event.at("kind") == "apply") {
                events.push_back(event.at("event").get<std::string>() + " " +
                                 event.at("cause_name").get<std::string>());
            }
        }
        return events;
    }
    /// The orders of this kind that the router was given.
    [[nodiscard]] std::vector<Json> told(const std::string& what) const {
        std::vector<Json> orders;
        for (const Json& order : fleet_.told_to_router()) {
            if (order.at("do") == what) {
                orders.push_back(order);
            }
        }
        return orders;
    }
    [[nodiscard]] std::vector<std::string> units() { return fleet_.supervisor().names(); }
    /// Lets the fleet live until it has these units, the router first.
    bool until_units(const std::vector<std::string>& names) {
        return fleet_.until([&] { return units() == names; });
    }

    FakeFleet fleet_;
    ScheduleWatch schedules_;
    std::vector<std::vector<std::string>> taken_;  ///< Warnings, for each fleet that was taken.
    std::optional<AppliedFiles> applied_;
    std::optional<FleetApplication> application_;
};

}  // namespace drover::test
