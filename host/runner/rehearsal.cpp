#include "runner/rehearsal.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>

#include <unistd.h>

#include <drover/extension/simulation.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/logging.hpp"
#include "runner/agent_process.hpp"
#include "runner/agent_runner.hpp"
#include "runner/configure_message.hpp"
#include "runner/live_preparation.hpp"
#include "runner/soonest.hpp"
#include "runner/state_copy.hpp"

namespace drover {
namespace {

/// Of a ready agent: what it says of its health has arrived by then, and a thread of its own that
/// fails at once has failed.
constexpr auto moment_after_ready = std::chrono::milliseconds(250);

/// Takes what the agent sends, and counts it.
class Nowhere final : public Transport {
public:
    explicit Nowhere(const Wakeup& wakeup) : wakeup_(wakeup) {}

    void send(const PublishedMessage& /*message*/) override { ++messages_; }
    void send_request(const OutgoingRequest& /*request*/) override { ++requests_; }
    void send_reply(const OutgoingReply& /*reply*/) override {}  // It was asked nothing.
    void ask_advance(std::int64_t /*time*/,
                     std::int64_t /*delay*/,
                     std::uint64_t /*token*/) override {}
    void wake() override { wakeup_.wake(); }

    [[nodiscard]] std::uint64_t messages() const { return messages_; }
    [[nodiscard]] std::uint64_t requests() const { return requests_; }

private:
    const Wakeup& wakeup_;
    std::uint64_t messages_ = 0;
    std::uint64_t requests_ = 0;
};

/// Stands where drover.simulation/1 is granted: the agent finds it, and it runs nothing.
class NoSimulations final : public SimulationService {
public:
    SimulationAnswer start(std::string_view /*request*/, std::uint64_t /*token*/) override {
        return refusal();
    }
    SimulationAnswer read(std::uint64_t /*token*/) override { return refusal(); }
    SimulationAnswer cancel(std::uint64_t /*token*/) override { return refusal(); }

private:
    static SimulationAnswer refusal() {
        return {DROVER_E_STATE, "No simulation runs while an upgrade is rehearsed."};
    }
};

/// The process's parts and its loop. It ends by `end` or by a signal, so no destructor calls the
/// plugin.
class RehearsingAgent {
public:
    explicit RehearsingAgent(AgentProcess::Parts parts)
        : process_(std::move(parts)), preparation_(nullptr), nowhere_(process_.wakeup()) {}

    [[noreturn]] void run() {
        while (true) {
            serve_channel();
            if (runner_) {
                work();
            }
            channel_.tell_health();
            wait();
            page_.progress.fetch_add(1, std::memory_order_relaxed);
        }
    }

private:
    void serve_channel() {
        for (const Json& message : process_.receive()) {
            const auto what = value_or<std::string>(message, "do", "");
            if (what == "configure") {
                check(configure(message));
            } else if (what == "start") {
                check(start());
            } else {
                log_warning("The supervisor asked for '" + what + "', which no rehearsal knows.");
            }
        }
        if (channel_.is_ended()) {
            end(1);
        }
    }

    void check(const Result<void>& done) {
        if (!done) {
            channel_.tell_failed("start", done.error().message);
            end(1);
        }
    }

    /// The plugin hears nothing of it: what it has begun outside ends as in a crash.
    [[noreturn]] void end(int code) {
        (void)std::fflush(nullptr);
        process_.finish();
        ::_exit(code);
    }

    Result<void> configure(const Json& message) {
        auto read = take_configuration(message);
        if (!read) {
            return read.error();
        }
        ConfigureMessage& wanted = read.value();
        if (!wanted.copy_from.empty()) {
            if (auto copied = copy_state(wanted.copy_from, wanted.state_file); !copied) {
                return copied;
            }
        }
        auto file = preparation_.outfit(wanted, loaded_, page_);
        if (!file) {
            return file.error();
        }
        replay_ = wanted.setup.mode == DROVER_MODE_REPLAY;
        open_switches(wanted, kill_switch_, engageable_switch_);
        if (engageable_switch_) {
            // The fleet's own is not for it to engage.
            auto own = KillSwitchPage::open(wanted.state_file.parent_path() / "kill_switch", true);
            engageable_switch_.emplace(own ? std::move(own.value()) : KillSwitchPage::unreadable());
        }
        if (std::ranges::find(wanted.grants, DROVER_EXTENSION_SIMULATION) != wanted.grants.end()) {
            wanted.setup.simulations = &simulations_;
        }
        runner_.emplace(std::move(wanted.setup),
                        nowhere_,
                        channel_,
                        kill_switch_,
                        page_,
                        std::move(file.value()));
        return success();
    }

    Result<void> start() {
        const auto started = start_agent(runner_);
        if (!started) {
            return started.error();
        }
        is_pending_ = !started.value();
        if (!is_pending_) {
            become_ready();
        }
        return success();
    }

    void become_ready() {
        is_pending_ = false;
        over_at_ = monotonic_now() + moment_after_ready;
        channel_.tell("ready");
    }

    void work() {
        runner_->commit_again();
        runner_->follow_clocks();
        runner_->run_posts();
        if (is_pending_) {
            // They may be what makes it ready. Later on they would trade.
            if (!replay_ && runner_->next_timer() <= runner_->time()) {
                runner_->fire_timers();
            }
            if (const auto outcome = runner_->pending_outcome()) {
                check(*outcome);
                become_ready();
            }
        }
        if (const auto wish = runner_->stop_wish()) {
            channel_.tell_end(*wish);
            end(wish->status < 0 ? 1 : 0);
        }
        if (over_at_ && monotonic_now() >= *over_at_) {
            over_at_.reset();
            channel_.tell_rehearsed(nowhere_.messages(), nowhere_.requests());
        }
    }

    void wait() {
        Soonest soonest;
        soonest.add(channel_.due());
        soonest.add(over_at_);
        if (runner_) {
            soonest.add(runner_->retry_due());
        }
        if (is_pending_) {
            soonest.add(runner_->timer_due());
        }
        (void)process_.begin_wait();
        check(process_.wait(soonest.wait()));
    }

    AgentProcess process_;
    StatusPageLayout& page_ = process_.page();
    SupervisorChannel& channel_ = process_.channel();
    LivePreparation preparation_;
    Nowhere nowhere_;
    NoSimulations simulations_;
    KillSwitchPage kill_switch_ = KillSwitchPage::unreadable();
    std::optional<KillSwitchPage> engageable_switch_;  ///< Only where drover.control/1 is granted.
    LoadedAgent loaded_;
    std::optional<AgentRunner> runner_;
    bool replay_ = false;
    bool is_pending_ = false;
    std::optional<Monotonic> over_at_;  ///< Once it is ready.
};

}  // namespace

int run_rehearsing_agent() {
    auto parts = AgentProcess::attach("drover upgrade");
    if (!parts) {
        return 1;
    }
    RehearsingAgent agent(std::move(*parts));
    agent.run();
}

}  // namespace drover
