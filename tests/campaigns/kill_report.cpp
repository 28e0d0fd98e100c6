#include "campaigns/kill_report.hpp"

#include <array>
#include <cstdio>

#include <unistd.h>

namespace drover::campaigns {
namespace {

std::string line(const std::string& what, const std::string& value) {
    return "| " + what + " | " + value + " |\n";
}

std::string rounded(double value, const char* format) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

}  // namespace

std::string kill_report(const KillCampaign& campaign, const KillsFound& found) {
    const int points = found.points();
    std::string text = "# Kill campaign of " + campaign.date + "\n\n" + std::to_string(points) +
                       " points with seed " + std::to_string(campaign.seed) + ": " +
                       (found.failures.empty() ? "nothing lost, nothing doubled, every replay came "
                                                 "to what an undisturbed one comes to"
                                               : "**a difference was found**") +
                       ".\n\n| | |\n|---|---:|\n";
    for (const auto& [what, count] : found.kills) {
        text += line("kill -9 " + what, std::to_string(count));
    }
    text += line("supervisors that the guard replaced", std::to_string(found.supervisors_adopted));
    text += line("orders lost", std::to_string(found.lost));
    text += line("orders doubled", std::to_string(found.doubled));
    text += line("replays", std::to_string(found.rounds));
    text += line("orders of one replay", std::to_string(campaign.orders));
    text += line("seconds", rounded(campaign.seconds, "%.0f"));
    text += line("seconds a point", rounded(points > 0 ? campaign.seconds / points : 0, "%.2f"));
    text += line("fleets beside each other", std::to_string(campaign.workers));
    text += line("processors", std::to_string(::sysconf(_SC_NPROCESSORS_ONLN)));
    text += line("history", campaign.history);
    text += line("state directories in", campaign.state_directory);
    for (const std::string& failure : found.failures) {
        text += "\n```\n" + failure + "\n```\n";
    }
    return text;
}

}  // namespace drover::campaigns
