// A spare has loaded its plugin and opened its messaging context; what the dead process left, its
// state above all, it can read only once it takes over.
#include "daemon/spares.hpp"

#include <csignal>
#include <utility>

#include <sys/epoll.h>

#include "base/json_value.hpp"

namespace drover {

Spares::Spares(EventLoop& loop, DaemonLog& log, Family& family, std::string word, MarkOf mark_of)
    : loop_(loop),
      log_(log),
      family_(family),
      word_(std::move(word)),
      mark_of_(std::move(mark_of)) {}

Spares::~Spares() {
    while (!spares_.empty()) {
        const std::string unit = spares_.begin()->first;  // The entry goes.
        end(unit, "");
    }
}

/// No agent can have this name.
std::string Spares::family_name(const std::string& unit) const {
    return word_ + " " + unit;
}

void Spares::keep(const std::vector<StandbyPlan>& plans) {
    std::map<std::string, const StandbyPlan*> wanted;
    for (const StandbyPlan& plan : plans) {
        if (plan.mode == Standby::spare) {
            wanted[plan.unit] = &plan;
        }
    }
    std::vector<std::string> unwanted;
    std::vector<const StandbyPlan*> outdated;
    for (const auto& [unit, spare] : spares_) {
        const auto found = wanted.find(unit);
        if (found == wanted.end()) {
            unwanted.push_back(unit);
        } else if (spare.files != files_of(*found->second) ||
                   spare.process.life.request.environment != found->second->launch.environment ||
                   !have_same_user(spare.plan.launch, found->second->launch)) {
            outdated.push_back(found->second);
        }
    }
    for (const std::string& unit : unwanted) {
        end(unit, "");
    }
    for (const StandbyPlan* const plan : outdated) {
        end(plan->unit, "");
        start(*plan);
    }
}

void Spares::agent_is_ready(const StandbyPlan& plan) {
    if (!spares_.contains(plan.unit)) {
        start(plan);
    }
}

void Spares::agent_rests(const std::string& unit) {
    if (spares_.contains(unit)) {
        end(unit, "the agent does not run");
    }
}

void Spares::start(const StandbyPlan& plan) {
    const std::string& unit = plan.unit;
    LifeRequest request;
    request.unit = unit;
    request.program = plan.launch.program;
    request.arguments = plan.launch.arguments;
    request.environment = plan.launch.environment;
    request.mark = mark_of_(unit);
    request.outlives_supervisor = !plan.launch.dies_with_parent;
    request.limits.user = plan.launch.user;
    const std::string mark = request.mark;
    auto life = prepare_life(std::move(request));
    auto child = life ? launch(life.value().launch_request()) : Result<Child>(life.error());
    if (!child) {
        why_none_[unit] = child.error().message;
        log_.warning("No " + word_ + " of " + unit + ": " + child.error().message);
        return;
    }
    life.value().close_their_ends();
    life.value().channel.write_line(
        to_line(Json{{"do", "prepare"}, {"plugin", plan.plugin.string()}}));
    why_none_.erase(unit);
    family_.started(family_name(unit), child.value().pid, mark, life.value().open_outputs());
    const Spare& spare =
        spares_
            .emplace(unit,
                     Spare{plan,
                           SpareProcess{std::move(life.value()), std::move(child.value()), mark},
                           files_of(plan),
                           false,
                           ""})
            .first->second;
    loop_.watch(
        spare.process.child.watch.number(), EPOLLIN, [this, unit](std::uint32_t) { ended(unit); });
    loop_.watch(spare.process.life.channel.descriptor(), EPOLLIN, [this, unit](std::uint32_t) {
        hear(unit);
    });
}

SpareProcess Spares::release(const std::string& unit) {
    SpareProcess process = std::move(spares_.at(unit).process);
    spares_.erase(unit);
    loop_.forget(process.child.watch.number());
    loop_.forget(process.life.channel.descriptor());
    family_.forget(family_name(unit));
    return process;
}

void Spares::end(const std::string& unit, const std::string& why) {
    const SpareProcess process = release(unit);
    why_none_[unit] = why;
    send_signal(process.child, SIGKILL);  // Family reaps it.
}

void Spares::hear(const std::string& unit) {
    const auto found = spares_.find(unit);
    if (found == spares_.end()) {
        return;
    }
    LineChannel& channel = found->second.process.life.channel;
    for (const std::string& line : channel.read_lines()) {
        const auto message = parse_json(line);
        if (!message || !message.value().is_object()) {
            continue;
        }
        const auto event = value_or<std::string>(message.value(), "event", "");
        if (event == "prepared") {
            found->second.is_prepared = true;
        } else if (event == "failed") {
            found->second.complaint = value_or<std::string>(message.value(), "message", "");
        }
    }
    if (channel.is_ended()) {
        loop_.forget(channel.descriptor());  // The process is told of by its pidfd.
    }
}

void Spares::ended(const std::string& unit) {
    const auto found = spares_.find(unit);
    const auto status = found == spares_.end() ? std::nullopt : reap(found->second.process.child);
    if (!status) {
        return;
    }
    hear(unit);
    const std::string why =
        "it has ended: " +
        (found->second.complaint.empty() ? status->text() : found->second.complaint);
    log_.warning("The " + word_ + " of " + unit + " is gone: " + why);
    const bool was_good = found->second.is_prepared;
    const StandbyPlan plan = found->second.plan;
    (void)release(unit);
    why_none_[unit] = why;
    if (was_good) {
        start(plan);
    }
}

std::optional<SpareProcess> Spares::take(const StandbyPlan& plan, std::string& why) {
    ended(plan.unit);  // Nobody may have looked since.
    const auto found = spares_.find(plan.unit);
    if (found == spares_.end()) {
        const auto known = why_none_.find(plan.unit);
        // Without a word, an agent that has not been ready yet has none.
        why = known == why_none_.end() || known->second.empty()
                  ? ""
                  : "its " + word_ + ": " + known->second;
        return std::nullopt;
    }
    if (const LoadedFiles now = files_of(plan); found->second.files != now) {
        why = replaced_text(plan, found->second.files, now);
        end(plan.unit, why);
        return std::nullopt;
    }
    return release(plan.unit);
}

bool Spares::stands_for(const StandbyPlan& plan) const {
    const auto found = spares_.find(plan.unit);
    return found != spares_.end() && found->second.plan.plugin == plan.plugin;
}

StandbyStatus Spares::status(const StandbyPlan& plan) const {
    const auto found = spares_.find(plan.unit);
    if (found == spares_.end()) {
        const auto known = why_none_.find(plan.unit);
        return {StandbyStatus::State::none,
                std::nullopt,
                known == why_none_.end() || known->second.empty()
                    ? "it is started once the agent is ready"
                    : known->second};
    }
    if (const LoadedFiles now = files_of(plan); found->second.files != now) {
        return {StandbyStatus::State::none,
                std::nullopt,
                replaced_text(plan, found->second.files, now) +
                    "; the next start is by exec, and a new spare follows it"};
    }
    return {
        found->second.is_prepared ? StandbyStatus::State::ready : StandbyStatus::State::preparing,
        found->second.process.child.pid,
        ""};
}

}  // namespace drover
