#include "daemon/schedule_watch.hpp"

#include <algorithm>
#include <utility>

namespace drover {

namespace {

/// A clock that is kept right by small steps may go back by so much.
constexpr std::int64_t least_step_back = 60'000'000'000;

ScheduleStanding standing_at(const AgentSchedule& schedule, bool runs_on_start, std::int64_t wall) {
    const ScheduleTimes times = schedule.at(wall);
    return {schedule.text(),
            times.is_open,
            schedule.is_of_jobs(),
            runs_on_start,
            times.next_start,
            times.next_stop};
}

std::optional<std::int64_t> sooner(std::optional<std::int64_t> left,
                                   std::optional<std::int64_t> right) {
    return left && right ? std::min(*left, *right) : (left ? left : right);
}

std::optional<std::int64_t> next_of(const ScheduleStanding& standing) {
    return sooner(standing.next_start, standing.next_stop);
}

ScheduleEdge::Kind edge_between(const ScheduleStanding& before,
                                const ScheduleStanding& after,
                                std::int64_t wall) {
    if (after.is_job) {
        const bool is_due = before.next_start && *before.next_start <= wall;
        return is_due ? ScheduleEdge::Kind::start : ScheduleEdge::Kind::none;
    }
    if (before.is_open == after.is_open) {
        return ScheduleEdge::Kind::none;
    }
    return after.is_open ? ScheduleEdge::Kind::start : ScheduleEdge::Kind::stop;
}

}  // namespace

void ScheduleWatch::watch(const FleetConfig& fleet, std::int64_t wall) {
    std::map<std::string, Entry> next;
    for (const AgentConfig& agent : fleet.agents) {
        if (!agent.schedule) {
            continue;
        }
        auto compiled = AgentSchedule::compile(*agent.schedule);
        auto* const schedule = std::get_if<AgentSchedule>(&compiled);
        if (schedule == nullptr) {
            continue;  // Unreachable: the file has no faults.
        }
        const auto known = entries_.find(agent.name);
        ScheduleStanding standing = standing_at(*schedule, agent.schedule->run_on_start, wall);
        if (known != entries_.end() && known->second.standing.text == standing.text) {
            standing = std::move(known->second.standing);
            standing.runs_on_start = agent.schedule->run_on_start;
        }
        next.emplace(agent.name, Entry{std::move(*schedule), std::move(standing)});
    }
    entries_ = std::move(next);
}

std::optional<ScheduleStanding> ScheduleWatch::standing_of(const std::string& agent) const {
    const auto found = entries_.find(agent);
    return found == entries_.end() ? std::nullopt : std::optional(found->second.standing);
}

std::vector<ScheduleEdge> ScheduleWatch::look(std::int64_t wall) {
    const bool went_back = wall <= latest_ - least_step_back;
    latest_ = went_back ? wall : std::max(latest_, wall);
    std::vector<ScheduleEdge> edges;
    for (auto& [name, entry] : entries_) {
        const auto next = next_of(entry.standing);
        if (!went_back && (!next || *next > latest_)) {
            continue;
        }
        ScheduleStanding standing =
            standing_at(entry.schedule, entry.standing.runs_on_start, latest_);
        const auto kind = edge_between(entry.standing, standing, latest_);
        entry.standing = standing;
        edges.push_back({name, kind, std::move(standing)});
    }
    return edges;
}

std::optional<std::int64_t> ScheduleWatch::next_moment() const {
    std::optional<std::int64_t> nearest;
    for (const auto& [name, entry] : entries_) {
        nearest = sooner(nearest, next_of(entry.standing));
    }
    return nearest;
}

}  // namespace drover
