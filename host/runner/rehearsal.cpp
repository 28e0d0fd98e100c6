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
#include "link/poller.hpp"
#include "process/programs_folder.hpp"
#include "runner/agent_runner.hpp"
#include "runner/configure_message.hpp"
#include "runner/live_preparation.hpp"
#include "runner/soonest.hpp"
#include "runner/state_copy.hpp"
#include "runner/supervisor_channel.hpp"
#include "runner/wakeup.hpp"

namespace drover {
namespace {

constexpr int rehearsal_channel = 3;
constexpr int rehearsal_page = 4;
/// Of a ready agent: what it says of its health has arrived by then, and a thread of its own that
/// fails at once has failed.
constexpr auto moment_after_ready = std::chrono::milliseconds(250);
constexpr auto wait_for_log_reader = std::chrono::milliseconds(10);
constexpr auto last_words = std::chrono::milliseconds(500);

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
    RehearsingAgent(Wakeup wakeup, StatusPage page)
        : wakeup_(std::move(wakeup)),
          page_(std::move(page)),
          preparation_(nullptr),
          channel_(FileDescriptor(rehearsal_channel), [this] { wakeup_.wake(); }),
          nowhere_(wakeup_) {}

    [[noreturn]] void run() {
        while (true) {
            serve_channel();
            if (runner_) {
                work();
            }
            channel_.tell_health();
            wait();
            page_.layout().progress.fetch_add(1, std::memory_order_relaxed);
        }
    }

private:
    void serve_channel() {
        for (const Json& message : channel_.receive(has_channel_news_)) {
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
        channel_.finish(monotonic_now() + last_words);
        finish_log(monotonic_now() + last_words);
        ::_exit(code);
    }

    Result<void> configure(const Json& message) {
        auto read = read_configure(message);
        if (!read) {
            return read.error();
        }
        ConfigureMessage& wanted = read.value();
        open_log(wanted.setup.name, LogLevel::info);
        if (!wanted.copy_from.empty()) {
            if (auto copied = copy_state(wanted.copy_from, wanted.state_file); !copied) {
                return copied;
            }
        }
        auto file = preparation_.outfit(wanted, loaded_, page_.layout());
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
                        page_.layout(),
                        std::move(file.value()));
        return success();
    }

    Result<void> start() {
        if (!runner_) {
            return Error{ErrorKind::invalid, "The agent was started before it was configured."};
        }
        if (auto prepared = runner_->prepare(); !prepared) {
            return prepared;
        }
        auto started = runner_->start();
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
        if (!replay_) {
            runner_->set_time(wall_now());
        }
        runner_->run_posts();
        if (is_pending_) {
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
        poller_.clear();
        const std::size_t channel = poller_.add(channel_.descriptor(), true, channel_.has_unsent());
        const std::size_t woken = poller_.add(wakeup_.number(), true, false);
        if (has_kept_log()) {
            poller_.add(STDERR_FILENO, false, true);
        }
        if (auto waited = poller_.wait(soonest.wait()); !waited) {
            check(waited.error());
        }
        channel_.flush();
        flush_log();
        has_channel_news_ = poller_.is_readable(channel);
        if (poller_.is_readable(woken)) {
            wakeup_.clear();
        }
    }

    Wakeup wakeup_;
    StatusPage page_;
    LivePreparation preparation_;
    SupervisorChannel channel_;
    Nowhere nowhere_;
    NoSimulations simulations_;
    KillSwitchPage kill_switch_ = KillSwitchPage::unreadable();
    std::optional<KillSwitchPage> engageable_switch_;  ///< Only where drover.control/1 is granted.
    LoadedAgent loaded_;
    std::optional<AgentRunner> runner_;
    Poller poller_;
    bool replay_ = false;
    bool is_pending_ = false;
    bool has_channel_news_ = true;
    std::optional<Monotonic> over_at_;  ///< Once it is ready.
};

}  // namespace

int run_rehearsing_agent() {
    keep_log_from_blocking(wait_for_log_reader);
    auto page = StatusPage::attach(rehearsal_page);
    Wakeup wakeup;
    if (!page || !wakeup.is_open()) {
        log_error(page ? "No event descriptor can be made."
                       : page.error().message +
                             " drover-agent is started by droverd; use `drover upgrade`.");
        return 1;
    }
    StatusPage::capture_crashes_on(rehearsal_page, programs_folder() / "drover-agent");
    RehearsingAgent agent(std::move(wakeup), std::move(page.value()));
    agent.run();
}

}  // namespace drover
