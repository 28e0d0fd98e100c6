#include "daemon/family.hpp"

#include <algorithm>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

#include "process/process_tree.hpp"

namespace drover {

void Family::started(const std::string& unit, pid_t leader, const std::string& mark) {
    members_[unit] = Member{leader, mark, false};
}

void Family::ended(const std::string& unit) {
    const auto found = members_.find(unit);
    if (found != members_.end()) {
        found->second.has_ended = true;
        last_ended_ = unit;
    }
}

void Family::forget(const std::string& unit) {
    members_.erase(unit);
}

bool Family::is_leader(pid_t pid) const {
    return std::ranges::any_of(members_, [pid](const auto& entry) {
        return entry.second.leader == pid && !entry.second.has_ended;
    });
}

std::string Family::owner_of(pid_t orphan) const {
    const auto entry = process_entry(orphan);
    for (const auto& [unit, member] : members_) {
        if ((entry && entry->session == member.leader) ||
            has_environment_entry(orphan, member.mark)) {
            return unit;
        }
    }
    return last_ended_;
}

void Family::look() {
    std::map<pid_t, std::string> seen;
    for (const pid_t child : children_of(::getpid())) {
        if (is_leader(child) || ::waitpid(child, nullptr, WNOHANG) != 0) {
            continue;
        }
        const auto known = orphans_.find(child);
        seen[child] = known == orphans_.end() ? owner_of(child) : known->second;
    }
    orphans_ = std::move(seen);
    last_ended_.clear();
}

bool Family::has_orphans(const std::string& unit) const {
    return std::ranges::any_of(orphans_,
                               [&unit](const auto& orphan) { return orphan.second == unit; });
}

std::vector<pid_t> Family::tree(const std::string& unit) const {
    const auto found = members_.find(unit);
    if (found == members_.end()) {
        return {};
    }
    std::vector<pid_t> roots;
    for (const auto& [pid, owner] : orphans_) {
        if (owner == unit) {
            roots.push_back(pid);
        }
    }
    if (!found->second.has_ended) {
        roots.push_back(found->second.leader);
    }
    return tree_of(roots, found->second.leader);
}

}  // namespace drover
