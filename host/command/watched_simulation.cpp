#include "command/watched_simulation.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "fleet/simulation_part.hpp"
#include "process/processor_wait.hpp"
#include "supervisor/reasons.hpp"

namespace drover {
namespace {

constexpr std::chrono::seconds least_to_tell{2};

bool has_callback_port(CallbackKind kind) {
    return kind == CallbackKind::on_message || kind == CallbackKind::on_request;
}

bool is_before_work(CallbackKind kind) {
    return kind == CallbackKind::load || kind == CallbackKind::create ||
           kind == CallbackKind::configure || kind == CallbackKind::load_state ||
           kind == CallbackKind::start;
}

std::string hexadecimal_text(std::uint64_t number) {
    std::array<char, 32> text{};
    (void)std::snprintf(
        text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(number));
    return text.data();
}

/// Where the fault happened, by file and offset; empty where the process left no stack.
std::string fault_text(const CrashArea& area) {
    const auto capture = read_capture(area);
    if (!capture || capture->frames.empty() || capture->frames.front().module.empty()) {
        return "";
    }
    const CrashFrame& frame = capture->frames.front();
    return " (at " + std::filesystem::path(frame.module).filename().string() + "+" +
           hexadecimal_text(frame.offset) + ")";
}

}  // namespace

WatchedSimulation::WatchedSimulation(const PreparedFleet& fleet, const StatusPageLayout& page)
    : page_(page), since_(monotonic_now()) {
    for (std::size_t index = 0; index < fleet.config.agents.size(); ++index) {
        const AgentConfig& config = fleet.config.agents[index];
        if (!why_not_simulated(config, fleet.agents[index])) {
            agents_.push_back({&config, fleet.agents[index].description});
        }
    }
}

const WatchedSimulation::Agent* WatchedSimulation::agent() const {
    const std::uint32_t handle = page_.agent.load(std::memory_order_relaxed);
    return handle == 0 || handle > agents_.size() ? nullptr : &agents_[handle - 1];
}

CallbackKind WatchedSimulation::callback() const {
    return static_cast<CallbackKind>(page_.callback.load(std::memory_order_relaxed));
}

std::string WatchedSimulation::place_of(const Agent& agent) const {
    std::string place(text_of(callback()));
    const std::uint32_t port = page_.port.load(std::memory_order_relaxed);
    if (has_callback_port(callback()) && agent.description != nullptr &&
        port < agent.description->ports.size()) {
        place += ", port '" + agent.description->ports[port].name + "'";
    }
    return place;
}

std::string WatchedSimulation::last_place() const {
    const Agent* const last = agent();
    return last == nullptr ? ""
                           : " while agent '" + last->config->name + "' (plugin " +
                                 last->config->plugin_file.string() + ") was in " +
                                 place_of(*last) + fault_text(page_.crash);
}

std::optional<std::string> WatchedSimulation::look(Monotonic now, pid_t child) {
    const std::uint64_t progress = page_.progress.load(std::memory_order_relaxed);
    const std::uint32_t handle = page_.agent.load(std::memory_order_relaxed);
    const std::uint32_t callback_number = page_.callback.load(std::memory_order_relaxed);
    if (progress != progress_ || handle != handle_ || callback_number != callback_) {
        progress_ = progress;
        handle_ = handle;
        callback_ = callback_number;
        since_ = now;
        waited_before_ = processor_wait(child);
        is_told_ = false;
        return std::nullopt;
    }
    const Agent* const busy = agent();
    if (is_told_ || busy == nullptr || now - since_ < least_to_tell) {
        return std::nullopt;
    }
    const Heartbeat& heartbeat = busy->config->supervision.heartbeat;
    const bool is_starting = is_before_work(callback());
    const Nanoseconds allowed = is_starting ? heartbeat.grace : heartbeat.timeout;
    const Nanoseconds took = now - since_ - (processor_wait(child) - waited_before_);
    const bool is_extended =
        page_.extended_to.load(std::memory_order_relaxed) > now.time_since_epoch().count();
    if (is_extended || took < std::max<Nanoseconds>(allowed, least_to_tell)) {
        return std::nullopt;
    }
    is_told_ = true;
    return "agent '" + busy->config->name + "' (plugin " + busy->config->plugin_file.string() +
           ") has been in " + place_of(*busy) + " for " + duration_text(took) +
           ", and live it may be there for " + duration_text(allowed) + " (heartbeat." +
           (is_starting ? "grace" : "timeout") +
           "). The backtest waits for it; Ctrl-C ends the backtest.";
}

}  // namespace drover
