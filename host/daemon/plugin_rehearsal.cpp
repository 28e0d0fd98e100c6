#include "daemon/plugin_rehearsal.hpp"

#include <utility>

#include <sys/epoll.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "supervisor/reasons.hpp"

namespace drover {
namespace {

std::string without_full_stop(std::string sentence) {
    if (sentence.ends_with('.')) {
        sentence.pop_back();
    }
    return sentence;
}

}  // namespace

// --- the state

void PluginRehearsal::begin(FleetEntry entry, Monotonic now) {
    entry_ = std::move(entry);
    outcome_.reset();
    summary_.clear();
    is_begun_again_ = false;
    copy_deadline_ = now + grace();
    stage_ = Stage::copying;
    asked_.reset();
    look_for_copy(now);
}

void PluginRehearsal::look_for_copy(Monotonic now) {
    const ProcessLife* const working = processes_.life(agent());
    next_look_ = now + pause_of_looks;
    if (working == nullptr) {
        start(false, now);
    } else if (asked_ == working->child.pid) {
        if (working->copy_answer && working->copy_answer->empty()) {
            start(true, now);
        } else if (working->copy_answer) {
            conclude("its state could not be copied: " + without_full_stop(*working->copy_answer));
        } else if (now >= copy_deadline_) {
            conclude("the process that works (pid " + std::to_string(working->child.pid) +
                     ") gave no copy of its state within " + duration_text(grace()) +
                     " (heartbeat.grace)");
        }
    } else if (now >= copy_deadline_) {
        conclude("the process that works has been ending for " + duration_text(grace()) +
                 " (heartbeat.grace), and the state is its own until then");
    } else if (const auto removed = remove_copy(agent()); !removed) {
        conclude(removed.error().message);
    } else if (processes_.ask_for_copy(agent())) {
        asked_ = working->child.pid;
    }
}

Result<void> PluginRehearsal::remove_copy(const std::string& agent) const {
    std::error_code fault;
    const auto folder = processes_.state_copy_of(agent).parent_path();
    std::filesystem::remove_all(folder, fault);
    if (fault) {
        return Error{ErrorKind::unavailable,
                     "the folder " + folder.string() + " cannot be removed: " + fault.message()};
    }
    return success();
}

void PluginRehearsal::remove_copies() const {
    for (const AgentConfig& agent : place_.fleet.config.agents) {
        if (const auto removed = remove_copy(agent.name); !removed) {
            place_.log.warning(agent.name + ": " + removed.error().message + ".");
        }
    }
}

// --- the process

void PluginRehearsal::start(bool is_copied, Monotonic now) {
    is_copied_ = is_copied;
    began_ = now;
    deadline_ = now + grace();
    stage_ = Stage::starting;
    auto ready_to_start = is_copied ? Result<void>(success()) : remove_copy(agent());
    if (ready_to_start) {
        ready_to_start = launch_it(is_copied);
    }
    if (!ready_to_start) {
        conclude(without_full_stop(ready_to_start.error().message));
    }
}

Result<void> PluginRehearsal::launch_it(bool is_copied) {
    if (!log_) {
        auto log = AgentLog::open(place_.state.log_of(unit()), entry_.config.supervision.log);
        if (!log) {
            return log.error();
        }
        log_.emplace(std::move(log.value()));
    }
    auto unborn = processes_.prepare_rehearsal(entry_, is_copied);
    auto child = unborn ? launch(unborn.value().launch_request()) : Result<Child>(unborn.error());
    if (!child) {
        return child.error();
    }
    std::vector<OpenFile> outputs = unborn.value().open_outputs();
    life_ = bear_life(std::move(unborn.value()), std::move(child.value()), *log_);
    processes_.family().started(unit(), life_->child.pid, life_->mark, std::move(outputs));
    log_->note(life_->source, "info", "it rehearses with " + entry_.config.plugin_file.string());
    watch();
    return success();
}

void PluginRehearsal::watch() {
    place_.loop.watch(
        life_->child.watch.number(), EPOLLIN, [this](std::uint32_t) { process_ended(); });
    place_.loop.watch(life_->channel.descriptor(),
                      life_->channel.has_unsent() ? EPOLLIN | EPOLLOUT : EPOLLIN,
                      [this](std::uint32_t events) { serve(events); });
    for (const auto& output : life_->outputs) {
        place_.loop.watch(output->descriptor(), EPOLLIN, [this, &output](std::uint32_t) {
            if (!output->read_some()) {
                place_.loop.forget(output->descriptor());
            }
        });
    }
}

void PluginRehearsal::serve(std::uint32_t events) {
    LineChannel& channel = life_->channel;
    if ((events & EPOLLOUT) != 0U) {
        channel.flush();
    }
    for (const std::string& line : channel.read_lines()) {
        const auto message = parse_json(line);
        if (message && message.value().is_object()) {
            hear(message.value());
        }
    }
    if (channel.is_ended()) {
        place_.loop.forget(channel.descriptor());
    } else if (!channel.has_unsent()) {
        place_.loop.change(channel.descriptor(), EPOLLIN);
    }
}

void PluginRehearsal::hear(const Json& message) {
    const auto event = value_or<std::string>(message, "event", "");
    const auto text = without_full_stop(value_or<std::string>(message, "message", ""));
    if (stage_ != Stage::starting && stage_ != Stage::ready) {
        return;  // It is known already how it went.
    }
    if (event == "ready" && stage_ == Stage::starting) {
        stage_ = Stage::ready;
        ready_ = monotonic_now();
        deadline_ = ready_ + grace();
    } else if (event == "failed") {
        conclude(text);
    } else if (event == "health" && value_or<std::string>(message, "level", "") == "unhealthy") {
        conclude("it is unhealthy: " + text);
    } else if (event == "completed") {
        summary_ = "it was done after " + duration_text(monotonic_now() - began_);
        conclude("");
    } else if (event == "rehearsed" && stage_ == Stage::ready) {
        summary_ = "it was ready after " + duration_text(ready_ - began_) + "; " +
                   std::to_string(value_or<std::uint64_t>(message, "messages", 0)) +
                   " messages and " +
                   std::to_string(value_or<std::uint64_t>(message, "requests", 0)) +
                   " requests of it went nowhere";
        conclude("");
    }
}

void PluginRehearsal::process_ended() {
    const auto status = life_->has_ended ? std::nullopt : reap(life_->child);
    if (!status) {
        return;
    }
    serve(EPOLLIN);  // What it said last counts before that it is gone.
    place_.loop.forget(life_->channel.descriptor());
    place_.loop.forget(life_->child.watch.number());
    life_->has_ended = true;
    processes_.family().ended(unit());
    const bool ran_out = life_->limits.group && life_->limits.group->ran_out_of_memory();
    if (stage_ == Stage::starting || stage_ == Stage::ready) {
        conclude(ran_out ? "it used more memory than limits.memory: the kernel ended it"
                         : status->text() + where() +
                               (stage_ == Stage::starting ? " before it was ready"
                                                          : " right after it was ready"));
    }
}

}  // namespace drover
