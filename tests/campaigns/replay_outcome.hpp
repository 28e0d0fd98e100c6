/// What a replay has come to, and in what it differs from another one.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/fleet_under_test.hpp"

namespace drover::campaigns {

/// When the history has ended and everything is handled. Texts, as the agents answered: empty where
/// one did not.
struct ReplayOutcome {
    std::string orders;  ///< All that ever were, with what became of each.
    std::string positions;
    std::string account;
    std::string trades;

    friend bool operator==(const ReplayOutcome&, const ReplayOutcome&) = default;
};

/// Waits for the end of the history and asks for the outcome. Nothing when it does not come.
[[nodiscard]] std::optional<ReplayOutcome> outcome_of(const scenarios::FleetUnderTest& fleet,
                                                      std::chrono::seconds longest);

/// In what `killed` differs from `undisturbed`.
struct OutcomeDifference {
    int lost = 0;     ///< Orders that are not there any more.
    int doubled = 0;  ///< Orders that are there twice, or should not be there.
    std::vector<std::string> sentences;
};
[[nodiscard]] OutcomeDifference difference_of(const ReplayOutcome& undisturbed,
                                              const ReplayOutcome& killed);
/// How many orders there are.
[[nodiscard]] std::size_t count_orders(const ReplayOutcome& outcome);

}  // namespace drover::campaigns
