// A zygote's copies are children of this process, so they are watched and reaped like any other.
#include "daemon/zygotes.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <set>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "process/descriptor_message.hpp"
#include "process/early_binding.hpp"
#include "process/process_tree.hpp"

namespace drover {
namespace {

/// How long a start waits for a zygote that is still loading, before it goes its own way.
constexpr auto patience_with_loading = std::chrono::seconds(2);
/// How long one copy may take; it takes a thousandth of that.
constexpr auto patience_with_copying = std::chrono::seconds(1);
/// One that had loaded its plugin is started again by itself, but not oftener than this. One that
/// ended while it loaded waits until an agent is ready, which can load it.
constexpr auto between_starts = std::chrono::seconds(1);
/// Room for the mark of any life: /proc shows what stands there, and it can only be overwritten.
constexpr std::size_t room_for_mark = 255;

}  // namespace

Zygotes::Zygotes(
    EventLoop& loop, DaemonLog& log, Family& family, const std::string& mark, Listener listener)
    : loop_(loop),
      log_(log),
      family_(family),
      mark_(mark + std::string(room_for_mark - std::min(room_for_mark, mark.size()), '-')),
      listener_(std::move(listener)) {}

Zygotes::~Zygotes() {
    for (auto& [key, zygote] : zygotes_) {
        release(zygote);
    }
}

Zygotes::Zygote* Zygotes::find(const StandbyPlan& plan) {
    const auto found = zygotes_.find(zygote_key(plan));
    return found == zygotes_.end() ? nullptr : &found->second;
}

void Zygotes::keep(const std::vector<StandbyPlan>& plans) {
    std::set<std::string> wanted;
    for (const StandbyPlan& plan : plans) {
        if (plan.mode != Standby::zygote) {
            continue;
        }
        const std::string key = zygote_key(plan);
        wanted.insert(key);
        auto [place, is_new] = zygotes_.try_emplace(key);
        Zygote& zygote = place->second;
        const bool is_outdated = !is_new && zygote.files != files_of(plan);
        if (is_outdated && zygote.child.pid > 0) {
            end(zygote, replaced_text(plan, zygote.files, files_of(plan)));
        }
        if (is_new || is_outdated) {
            zygote.plan = plan;
            start(zygote);
        }
    }
    std::vector<std::string> unwanted;
    for (const auto& [key, zygote] : zygotes_) {
        if (!wanted.contains(key)) {
            unwanted.push_back(key);
        }
    }
    for (const std::string& key : unwanted) {
        end(zygotes_.at(key), "no agent wants this zygote any more");
        zygotes_.erase(key);
    }
}

// --- its life

void Zygotes::start(Zygote& zygote) {
    zygote.is_loaded = false;
    zygote.is_refused = false;
    zygote.has_lied = false;
    zygote.again.reset();
    zygote.lines = 0;
    zygote.files = files_of(zygote.plan);
    zygote.started = monotonic_now();
    auto sockets = make_message_socket_pair();
    auto output = make_socket_pair();
    if (!sockets || !output) {
        zygote.why = (sockets ? output.error() : sockets.error()).message;
        return;
    }
    LaunchRequest request = zygote.plan.launch;
    request.arguments = {"--zygote", zygote.plan.plugin.string()};
    request.environment.push_back(mark_);
    ask_for_early_binding(request.environment);
    request.output = output.value().theirs.number();
    request.errors = output.value().theirs.number();
    request.channel = sockets.value().theirs.number();
    request.dies_with_parent = true;
    auto child = launch(request);
    if (!child) {
        zygote.why = child.error().message;
        return;
    }
    zygote.why.clear();
    zygote.child = std::move(child.value());
    zygote.channel = std::move(sockets.value().ours);
    ::fcntl(zygote.channel.number(), F_SETFL, O_NONBLOCK);
    zygote.output.emplace(std::move(output.value().ours));
    zygote.family_name = "zygote " + std::to_string(next_number_++);
    family_.started(zygote.family_name, zygote.child.pid, "DROVER_HELPER=zygote", {});
    const std::string key = zygote_key(zygote.plan);
    loop_.watch(zygote.child.watch.number(), EPOLLIN, [this, key](std::uint32_t) { ended(key); });
    loop_.watch(zygote.channel.number(), EPOLLIN, [this, key](std::uint32_t) { serve(key); });
    loop_.watch(
        zygote.output->descriptor(), EPOLLIN, [this, key](std::uint32_t) { read_output(key); });
}

/// Forgets the process, which is gone or is killed now.
void Zygotes::release(Zygote& zygote) {
    if (zygote.child.pid <= 0) {
        return;
    }
    send_signal(zygote.child, SIGKILL);  // Family reaps it.
    loop_.forget(zygote.child.watch.number());
    loop_.forget(zygote.channel.number());
    loop_.forget(zygote.output->descriptor());
    log_output(zygote);
    family_.forget(zygote.family_name);
    zygote.child = Child{};
    zygote.channel.close();
    zygote.output.reset();
    zygote.is_loaded = false;
}

void Zygotes::end(Zygote& zygote, const std::string& why) {
    zygote.why = why;
    if (zygote.child.pid <= 0) {
        return;
    }
    if (!zygote.ordered.empty()) {
        // A copy that it made and has not told of yet must not live beside the next one.
        constexpr int longest_milliseconds = 100;
        send_signal(zygote.child, SIGKILL);
        pollfd gone{zygote.child.watch.number(), POLLIN, 0};
        ::poll(&gone, 1, longest_milliseconds);
        serve(zygote_key(zygote.plan));
    }
    const auto ordered = std::exchange(zygote.ordered, {});
    release(zygote);
    std::vector<OpenFile> outputs;
    for (const auto& [ticket, order] : ordered) {
        outputs.insert(outputs.end(), order.outputs.begin(), order.outputs.end());
    }
    if (!outputs.empty()) {
        kill_children_that_hold(outputs);
    }
    for (const auto& [ticket, order] : ordered) {
        listener_.not_copied(order.unit, why);
    }
    send_away(zygote, why);
}

void Zygotes::send_away(Zygote& zygote, const std::string& why) {
    for (const auto& [unit, since] : std::exchange(zygote.waiting, {})) {
        listener_.look_again(unit, why);
    }
}

void Zygotes::ended(const std::string& key) {
    const auto found = zygotes_.find(key);
    const auto status = found == zygotes_.end() ? std::nullopt : reap(found->second.child);
    if (!status) {
        return;
    }
    Zygote& zygote = found->second;
    serve(key);  // What it said last counts before that it is gone.
    const std::string why =
        zygote.is_refused ? zygote.why : "its zygote has ended: " + status->text();
    const bool was_loaded = zygote.is_loaded && !zygote.is_refused;
    log_.warning("The zygote of " + zygote.plan.plugin.string() +
                 (zygote.is_refused ? " is gone: " + why : " has ended: " + status->text()) + ".");
    end(zygote, why);
    if (was_loaded) {
        zygote.again = zygote.started + between_starts;
        tick(monotonic_now());
    }
}

// --- what is asked of it

Zygotes::Offer Zygotes::offer_for(const StandbyPlan& plan) {
    Zygote* const zygote = find(plan);
    if (zygote == nullptr) {
        return {Offer::Kind::none, "its zygote was not started yet"};
    }
    if (const LoadedFiles now = files_of(plan); zygote->files != now) {
        if (zygote->child.pid > 0) {
            end(*zygote, replaced_text(plan, zygote->files, now));
        }
        return {Offer::Kind::none, zygote->why};
    }
    if (zygote->child.pid <= 0) {
        return {Offer::Kind::none, zygote->why};
    }
    if (zygote->is_loaded) {
        return {Offer::Kind::ready, ""};
    }
    if (monotonic_now() - zygote->started > patience_with_loading) {
        return {Offer::Kind::none, "its zygote is still loading the plugin"};
    }
    zygote->waiting[plan.unit] = monotonic_now();
    return {Offer::Kind::soon, ""};
}

bool Zygotes::order(const StandbyPlan& plan, const Order& order) {
    Zygote* const zygote = find(plan);
    if (zygote == nullptr || zygote->child.pid <= 0) {
        return false;
    }
    const std::uint64_t ticket = next_ticket_++;
    const Json request{{"do", "copy"},
                       {"ticket", ticket},
                       {"agent", plan.unit},
                       {"mark", order.mark},
                       {"parent", ::getpid()},
                       {"dies_with_parent", plan.launch.dies_with_parent}};
    const std::array<int, 4> descriptors{order.output, order.errors, order.channel, order.page};
    if (!send_message(zygote->channel.number(), to_line(request), descriptors)) {
        return false;
    }
    if (zygote->ordered.empty()) {
        zygote->awaited_since = monotonic_now();
    }
    zygote->ordered[ticket] = {plan.unit, order.outputs};
    return true;
}

bool Zygotes::forget(const std::string& unit) {
    bool was_waiting = false;
    for (auto& [key, zygote] : zygotes_) {
        was_waiting = zygote.waiting.erase(unit) > 0 || was_waiting;
    }
    return was_waiting;
}

void Zygotes::agent_is_ready(const StandbyPlan& plan) {
    Zygote* const zygote = find(plan);
    if (zygote == nullptr || zygote->child.pid > 0) {
        return;
    }
    if (!zygote->is_refused || zygote->files != files_of(plan)) {
        start(*zygote);
    }
}

StandbyStatus Zygotes::status(const StandbyPlan& plan) const {
    const auto found = zygotes_.find(zygote_key(plan));
    if (found == zygotes_.end() || found->second.child.pid <= 0) {
        const std::string why = found == zygotes_.end() ? "" : found->second.why;
        return {
            StandbyStatus::State::none, std::nullopt, why.empty() ? "it was not started yet" : why};
    }
    const Zygote& zygote = found->second;
    if (const LoadedFiles now = files_of(plan); zygote.files != now) {
        return {StandbyStatus::State::none,
                std::nullopt,
                replaced_text(plan, zygote.files, now) +
                    "; the next start is by exec, and a new zygote follows it"};
    }
    return {zygote.is_loaded ? StandbyStatus::State::ready : StandbyStatus::State::preparing,
            zygote.child.pid,
            ""};
}

// --- time

void Zygotes::tick(Monotonic now) {
    for (auto& [key, zygote] : zygotes_) {
        const bool is_stuck =
            !zygote.ordered.empty() && now - zygote.awaited_since >= patience_with_copying;
        if (is_stuck) {
            const std::string why = "its zygote did not answer within a second";
            log_.warning("The zygote of " + zygote.plan.plugin.string() +
                         " did not answer within a second and is killed.");
            end(zygote, why);
        } else if (!zygote.waiting.empty() && now - zygote.started >= patience_with_loading) {
            send_away(zygote, "its zygote is still loading the plugin");
        } else if (zygote.again && now >= *zygote.again) {
            start(zygote);
        }
    }
}

std::optional<Monotonic> Zygotes::next_deadline() const {
    std::optional<Monotonic> deadline;
    const auto sooner = [&deadline](Monotonic time) {
        deadline = std::min(deadline.value_or(time), time);
    };
    for (const auto& [key, zygote] : zygotes_) {
        if (!zygote.ordered.empty()) {
            sooner(zygote.awaited_since + patience_with_copying);
        }
        if (!zygote.waiting.empty()) {
            sooner(zygote.started + patience_with_loading);
        }
        if (zygote.again) {
            sooner(*zygote.again);
        }
    }
    return deadline;
}

}  // namespace drover
