// The rest of PluginRehearsal: how it is judged, and how it ends.
#include <csignal>
#include <utility>

#include <poll.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "daemon/plugin_rehearsal.hpp"
#include "supervisor/reasons.hpp"

namespace drover {
namespace {

constexpr std::size_t most_last_lines = 10;

}  // namespace

// --- how it goes

std::string PluginRehearsal::where() const {
    const StatusPageLayout& page = life_->page.layout();
    const auto kind = static_cast<CallbackKind>(page.callback.load(std::memory_order_relaxed));
    const bool is_in_callback =
        kind != CallbackKind::none && page.began.load(std::memory_order_relaxed) != 0;
    return is_in_callback || kind == CallbackKind::load ? " in '" + std::string(text_of(kind)) + "'"
                                                        : "";
}

std::optional<std::string> PluginRehearsal::memory_fault(Monotonic now) {
    constexpr auto between_looks = std::chrono::seconds(1);
    if (!life_->limits.watched_memory || now < next_memory_look_) {
        return std::nullopt;
    }
    next_memory_look_ = now + between_looks;
    std::uint64_t used = 0;
    for (const pid_t pid : processes_.family().tree(unit())) {
        if (const auto usage = usage_of(pid)) {
            used += static_cast<std::uint64_t>(usage->resident_bytes);
        }
    }
    if (used <= *life_->limits.watched_memory) {
        return std::nullopt;
    }
    return "it used " + memory_text(used) + " of memory, more than the " +
           memory_text(*life_->limits.watched_memory) + " of limits.memory";
}

void PluginRehearsal::judge(Monotonic now) {
    next_look_ = now + pause_of_looks;
    const auto busy = stage_ == Stage::ready ? life_->watch.overdue(life_->page.layout(), now)
                                             : std::optional<Nanoseconds>();
    if (const auto fault = memory_fault(now)) {
        conclude(*fault);
    } else if (busy) {
        conclude("it hung" + where() + ": a callback ran for " + duration_text(*busy) +
                 " (heartbeat.timeout)");
    } else if (now >= deadline_ && stage_ == Stage::starting) {
        conclude("it was not ready within " + duration_text(grace()) + " (heartbeat.grace)" +
                 (where().empty() ? "" : "; it is still" + where()));
    } else if (now >= deadline_) {
        conclude("it said nothing more for " + duration_text(grace()) +
                 " (heartbeat.grace) once it was ready");
    }
}

void PluginRehearsal::conclude(std::string fault) {
    fault_ = std::move(fault);
    stage_ = Stage::ending;
    kill_all();
    next_look_ = monotonic_now() + (life_ ? pause_of_looks : std::chrono::milliseconds(0));
}

void PluginRehearsal::tick(Monotonic now) {
    // What the working process answers comes in any turn.
    const bool is_due = stage_ == Stage::copying || (next_look_ && now >= *next_look_);
    if (!is_due) {
        return;
    }
    switch (stage_) {
        case Stage::none:
            break;
        case Stage::copying:
            look_for_copy(now);
            break;
        case Stage::starting:
        case Stage::ready:
            judge(now);
            break;
        case Stage::ending:
            processes_.family().look();
            if (!is_empty()) {
                kill_all();
                next_look_ = now + pause_of_looks;
            } else if (!fault_.empty() && !is_copied_ && !is_begun_again_ && life_ &&
                       processes_.life(agent()) != nullptr) {
                // Meanwhile the agent was started: it has the state, and can be asked for a copy.
                clear_away();
                outcome_.reset();
                is_begun_again_ = true;
                stage_ = Stage::copying;
                asked_.reset();
                look_for_copy(now);
            } else {
                clear_away();
                outcome_->fault = std::exchange(fault_, "");
                outcome_->summary = summary_;
            }
            break;
    }
}

std::optional<PluginRehearsal::Outcome> PluginRehearsal::take_outcome() {
    return std::exchange(outcome_, std::nullopt);
}

// --- its end

void PluginRehearsal::kill_all() {
    if (!life_) {
        return;
    }
    if (life_->limits.group) {
        life_->limits.group->kill();
    }
    for (const pid_t pid : processes_.family().tree(unit())) {
        ::kill(pid, SIGKILL);
    }
}

bool PluginRehearsal::is_empty() const {
    return !life_ || (life_->has_ended && processes_.family().tree(unit()).empty());
}

void PluginRehearsal::clear_away() {
    Outcome outcome;
    if (life_) {
        if (!life_->has_ended) {  // `end` could not wait for it: the family reaps it.
            place_.loop.forget(life_->channel.descriptor());
            place_.loop.forget(life_->child.watch.number());
        }
        for (const auto& output : life_->outputs) {
            place_.loop.forget(output->descriptor());
            output->finish();
        }
        log_->tell_missing();
        log_->flush();
        fault_ = log_->mask().masked(fault_);
        std::vector<std::string> lines = log_->last_lines();
        if (lines.size() > most_last_lines) {
            lines.erase(lines.begin(), lines.end() - most_last_lines);
        }
        for (const std::string& line : lines) {
            if (auto record = parse_json(line)) {
                outcome.last_lines.push_back(std::move(record.value()));
            }
        }
        processes_.family().forget(unit());
        life_.reset();
    }
    log_.reset();
    processes_.rehearsal_is_over();
    if (const auto removed = remove_copy(agent()); !removed) {
        place_.log.warning(agent() + ": " + removed.error().message + ".");
    }
    stage_ = Stage::none;
    next_look_.reset();
    outcome_ = std::move(outcome);
}

void PluginRehearsal::end() {
    constexpr auto time_to_end = std::chrono::milliseconds(500);
    if (stage_ == Stage::none) {
        return;
    }
    const Monotonic deadline = monotonic_now() + time_to_end;
    stage_ = Stage::ending;
    while (!is_empty() && monotonic_now() < deadline) {
        kill_all();
        if (life_->has_ended) {
            constexpr int a_moment_ms = 1;
            (void)::poll(nullptr, 0, a_moment_ms);  // What it has started ends without a word.
        } else if (wait_for_exit(life_->child, pause_of_looks)) {
            place_.loop.forget(life_->channel.descriptor());
            place_.loop.forget(life_->child.watch.number());
            life_->has_ended = true;
            processes_.family().ended(unit());
        }
        processes_.family().look();
    }
    clear_away();
    outcome_.reset();
}

}  // namespace drover
