#include "campaigns/fleet_processes.hpp"

#include <algorithm>
#include <filesystem>

namespace drover::campaigns {
namespace {

using scenarios::MarkedProcess;

bool runs(const MarkedProcess& process, const char* program) {
    const std::string first = process.command.substr(0, process.command.find(' '));
    return std::filesystem::path(first).filename() == program;
}

pid_t pid_of(std::vector<MarkedProcess>::const_iterator found,
             const std::vector<MarkedProcess>& all) {
    return found == all.end() ? -1 : found->pid;
}

}  // namespace

pid_t FleetProcesses::agent(const std::string& name) const {
    const std::string words = " --live " + name + " ";
    return pid_of(std::ranges::find_if(all_,
                                       [&](const MarkedProcess& process) {
                                           return (process.command + " ").find(words) !=
                                                  std::string::npos;
                                       }),
                  all_);
}

pid_t FleetProcesses::router() const {
    return pid_of(std::ranges::find_if(
                      all_, [](const auto& process) { return runs(process, "drover-router"); }),
                  all_);
}

pid_t FleetProcesses::guard() const {
    const pid_t child = supervisor();
    const auto found = std::ranges::find(all_, child, &MarkedProcess::pid);
    return child < 0 ? -1 : found->parent;
}

pid_t FleetProcesses::supervisor() const {
    const auto is_droverd = [&](pid_t pid) {
        const auto found = std::ranges::find(all_, pid, &MarkedProcess::pid);
        return found != all_.end() && runs(*found, "droverd");
    };
    // A child of the supervisor that has not become another program yet looks like a third one.
    return pid_of(std::ranges::find_if(all_,
                                       [&](const MarkedProcess& process) {
                                           const auto parent = std::ranges::find(
                                               all_, process.parent, &MarkedProcess::pid);
                                           return runs(process, "droverd") &&
                                                  is_droverd(process.parent) &&
                                                  !is_droverd(parent->parent);
                                       }),
                  all_);
}

}  // namespace drover::campaigns
