#include "daemon/family.hpp"

#include <algorithm>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

namespace drover {

void Family::started(const std::string& unit,
                     pid_t leader,
                     const std::string& mark,
                     std::vector<OpenFile> outputs) {
    members_[unit] = Member{leader, mark, std::move(outputs), false, false};
}

void Family::expects(const std::string& unit,
                     const std::string& mark,
                     std::vector<OpenFile> outputs) {
    members_[unit] = Member{-1, mark, std::move(outputs), false, true};
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

bool Family::is_gone(pid_t orphan) const {
    const bool may_be_leader =
        std::ranges::any_of(members_, [](const auto& entry) { return entry.second.is_expected; });
    if (!may_be_leader) {
        return ::waitpid(orphan, nullptr, WNOHANG) != 0;
    }
    siginfo_t info{};
    const int options = WEXITED | WNOHANG | WNOWAIT;
    return ::waitid(P_PID, static_cast<id_t>(orphan), &info, options) != 0 || info.si_pid != 0;
}

std::string Family::owner_of(pid_t orphan) const {
    // One thing after the other: each is asked of /proc once, however many units there are.
    const auto entry = process_entry(orphan);
    for (const auto& [unit, member] : members_) {
        if (entry && entry->session == member.leader) {
            return unit;
        }
    }
    const std::string environment = environment_of(orphan);
    for (const auto& [unit, member] : members_) {
        if (has_entry(environment, member.mark)) {
            return unit;
        }
    }
    const std::vector<OpenFile> files = open_files_of(orphan);
    for (const auto& [unit, member] : members_) {
        const bool is_its_own = std::ranges::any_of(files, [&member = member](const auto& file) {
            return std::ranges::find(member.outputs, file) != member.outputs.end();
        });
        if (is_its_own) {
            return unit;
        }
    }
    return last_ended_;
}

void Family::see(pid_t orphan, std::map<pid_t, std::string>& seen) const {
    // Asked again while nobody owns it: /proc shows little of a process that is in exec.
    const auto known = orphans_.find(orphan);
    const bool is_owned = known != orphans_.end() && !known->second.empty();
    seen[orphan] = is_owned ? known->second : owner_of(orphan);
}

void Family::look() {
    std::map<pid_t, std::string> seen;
    for (const pid_t child : children_of(::getpid())) {
        if (!is_leader(child) && !is_gone(child)) {
            see(child, seen);
        }
    }
    for (const pid_t child : guard_ > 0 ? children_of(guard_) : std::vector<pid_t>()) {
        const auto entry = process_entry(child);
        if (child != ::getpid() && !is_leader(child) && entry && !entry->is_zombie()) {
            see(child, seen);
        }
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
