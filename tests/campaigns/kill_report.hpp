/// What a kill campaign has found, as a page of Markdown.
#pragma once

#include <cstdint>
#include <string>

#include "campaigns/kill_trials.hpp"

namespace drover::campaigns {

/// How a campaign was run.
struct KillCampaign {
    std::uint64_t seed = 0;
    int workers = 1;
    std::string history;          ///< Name of its file.
    std::size_t orders = 0;       ///< Of one undisturbed replay.
    double seconds = 0;           ///< Of all rounds.
    std::string date;             ///< "2026-11-27"
    std::string state_directory;  ///< Where the fleets lie.
};

[[nodiscard]] std::string kill_report(const KillCampaign& campaign, const KillsFound& found);

}  // namespace drover::campaigns
