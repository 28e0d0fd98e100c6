#include "runner/live_agent.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include <drover/extension/simulation.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/logging.hpp"
#include "process/programs_folder.hpp"
#include "runner/agent_process.hpp"
#include "runner/agent_runner.hpp"
#include "runner/configure_message.hpp"
#include "runner/link_session.hpp"
#include "runner/link_watch.hpp"
#include "runner/live_preparation.hpp"
#include "runner/recording_part.hpp"
#include "runner/simulation_children.hpp"
#include "runner/soonest.hpp"
#include "runner/state_copy.hpp"
#include "runner/stop_reason.hpp"

namespace drover {
namespace {

constexpr std::size_t burst = 256;
constexpr auto last_sending = std::chrono::milliseconds(500);

/// The process's parts and its loop. Members are destroyed last to first: the runner before the
/// session it sends to, the session before its context.
class LiveAgent {
public:
    LiveAgent(AgentProcess::Parts parts, std::shared_ptr<PluginLibrary> library)
        : process_(std::move(parts)),
          preparation_(std::move(library)),
          recording_(page_, channel_) {}

    int run() {
        while (!exit_code_) {
            serve_channel();
            if (is_paused_) {
                session_->flush();  // What it said before may still be on its way.
            } else if (runner_ && !exit_code_) {
                work();
            }
            look_for_room();
            recording_.flush();
            channel_.tell_health();
            channel_.tell_occurrences();
            if (!exit_code_) {
                wait();
            }
            page_.progress.fetch_add(1, std::memory_order_relaxed);
        }
        say_goodbye();
        return *exit_code_;
    }

private:
    // --- the control channel

    void serve_channel() {
        for (const Json& message : process_.receive()) {
            obey(message);
        }
        if (channel_.is_ended() && !exit_code_) {
            log_warning("The supervisor is gone; stopping.");
            stop(DROVER_STOP_SHUTDOWN, wall_now());
            exit_code_ = 0;
        }
    }

    void obey(const Json& message) {
        const auto what = value_or<std::string>(message, "do", "");
        if (what == "prepare") {
            prepare(value_or<std::string>(message, "plugin", ""));
        } else if (what == "configure") {
            check(configure(message));
        } else if (what == "start") {
            check(start());
        } else if (what == "pause") {
            pause(value_or<std::string>(message, "reason", "paused"));
        } else if (what == "resume") {
            resume();
        } else if (what == "fleet") {
            take_news(message);
        } else if (what == "links") {
            links_.hear(message);
        } else if (what == "record") {
            recording_.obey(message);
        } else if (what == "copy_state") {
            channel_.tell_copied(copy_state(file(), value_or<std::string>(message, "file", "")));
        } else if (what == "report") {
            report();
        } else if (what == "stop") {
            stop(stop_reason(value_or<std::string>(message, "reason", "")),
                 value_or<std::int64_t>(message, "deadline", wall_now()));
            channel_.tell("stopped");
            exit_code_ = 0;
        } else {
            log_warning("The supervisor asked for '" + what + "', which is not known here.");
        }
    }

    /// Another supervisor goes on: says again what the last one may not have heard.
    void report() {
        if (runner_ && !is_pending_) {
            channel_.tell("ready");
        }
        channel_.repeat_health();
    }

    void take_news(const Json& message) {
        auto news = read_fleet_news(message);
        if (!news) {
            log_warning(news.error().message);
        } else if (runner_) {
            session_->know(news.value().publishers);
            recording_.take_news(message);
            runner_->take_rules(std::move(news.value().rules));
            runner_->take_quota(news.value().quotas[runner_->setup().name]);
        }
    }

    void check(const Result<void>& result) {
        if (!result && !exit_code_) {
            channel_.tell_failed("start", result.error().message);
            exit_code_ = 1;
        }
    }

    void prepare(const std::filesystem::path& plugin) {
        const auto prepared = preparation_.prepare(plugin, page_);
        check(prepared);
        if (prepared) {
            channel_.tell("prepared");
        }
    }

    Result<void> configure(const Json& message) {
        auto read = take_configuration(message);
        if (!read) {
            return read.error();
        }
        ConfigureMessage& wanted = read.value();
        auto file = preparation_.outfit(wanted, loaded_, page_);
        if (!file) {
            return file.error();
        }
        replay_ = wanted.setup.mode == DROVER_MODE_REPLAY;
        open_switches(wanted, kill_switch_, engageable_switch_);
        if (auto opened = open_link(wanted); !opened) {
            return opened;
        }
        if (std::ranges::find(wanted.grants, DROVER_EXTENSION_SIMULATION) != wanted.grants.end()) {
            simulations_.emplace(
                programs_folder() / "drover", wanted.fleet_file, wanted.fleet_copy);
            wanted.setup.simulations = &recording_.before(*simulations_);
        }
        recording_.configure(message, wanted, loaded_.library->description().build_id);
        runner_.emplace(std::move(wanted.setup),
                        recording_.before(*session_),
                        channel_,
                        kill_switch_,
                        page_,
                        std::move(file.value()));
        recording_.follow(*runner_);
        return success();
    }

    Result<void> open_link(const ConfigureMessage& wanted) {
        auto link = preparation_.connect(wanted.endpoint);
        if (!link) {
            return link.error();
        }
        const auto wake_up = [this] { process_.wakeup().wake(); };
        session_ = std::make_unique<LinkSession>(
            std::move(link.value()), link_identity(wanted), page_, channel_, wake_up);
        return success();
    }

    Result<void> start() {
        const auto started =
            start_agent(runner_, [this] { return preparation_.watch(*session_, *runner_); });
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
        session_->open(*runner_);
        channel_.tell("ready");
    }

    /// From now on the plugin is called by nobody but `stop`, and nothing that its own threads
    /// publish leaves. The link is not read, so that what comes for it waits at the router.
    void pause(const std::string& reason) {
        if (session_ && !is_pending_ && !is_paused_) {
            is_paused_ = true;
            log_info("The agent is " + reason + ".");
        }
    }

    void resume() {
        if (std::exchange(is_paused_, false)) {
            log_info("The agent goes on.");
        }
    }

    void stop(std::int32_t reason, std::int64_t deadline) {
        if (runner_) {
            runner_->stop(reason, deadline);
        }
        if (simulations_) {
            simulations_->kill_all();
        }
    }

    void work() {
        kill_switch_.look(monotonic_now());
        if (simulations_) {
            simulations_->serve([this](std::uint64_t token) { runner_->post_news(token); });
        }
        runner_->commit_again();
        if (is_pending_) {
            runner_->follow_clocks();
        } else {
            session_->receive(burst);
            runner_->follow_clocks();
            links_.tell(*runner_,
                        {session_->epoch(), session_->is_ready(), session_->is_cut_off()});
        }
        // Posts and timers come before it is ready, too: they may be what makes it so.
        runner_->run_posts();
        if (!replay_ && runner_->next_timer() <= runner_->time()) {
            runner_->fire_timers();
        }
        if (!is_pending_) {
            session_->note_timers();
            session_->flush();
            session_->tell_heartbeat();
        } else if (const auto outcome = runner_->pending_outcome()) {
            check(*outcome);
            if (*outcome) {
                become_ready();
            }
        }
        if (const auto wish = runner_->stop_wish(); wish && !exit_code_) {
            obey_wish(*wish);
        }
        if (session_->is_broken() && !exit_code_) {
            check(Error{ErrorKind::unavailable, "The message link is broken."});
        }
    }

    void obey_wish(const StopWish& wish) {
        const bool is_failure = wish.status < 0;
        stop(is_failure ? DROVER_STOP_FAILED : DROVER_STOP_COMPLETED, wall_now());
        channel_.tell_end(wish);
        exit_code_ = is_failure ? 1 : 0;
    }

    /// Null without one.
    [[nodiscard]] AgentFile* file() { return runner_ ? runner_->file() : nullptr; }

    /// Also while the agent is paused: others may need the room meanwhile.
    void look_for_room() {
        if (AgentFile* const mine = file()) {
            mine->look_for_room(monotonic_now());
        }
    }

    [[nodiscard]] std::optional<std::chrono::nanoseconds> longest_wait() {
        Soonest soonest;
        soonest.add(channel_.due());
        if (const AgentFile* const mine = file()) {
            soonest.add(mine->room_due());
        }
        if (is_paused_) {
            return soonest.wait();
        }
        if (session_) {
            soonest.add(session_->due());
        }
        if (runner_) {
            soonest.add(runner_->retry_due());
            soonest.add(runner_->timer_due());
        }
        return soonest.wait();
    }

    void wait() {
        Poller& poller = process_.begin_wait();
        if (session_) {
            poller.add(session_->link(), !is_paused_, session_->wants_to_write());
            if (session_->monitor() != nullptr) {
                poller.add(*session_->monitor(), true, false);
            }
        }
        if (simulations_ && !is_paused_) {
            for (const int descriptor : simulations_->descriptors()) {
                poller.add(descriptor, true, false);
            }
        }
        if (auto waited = process_.wait(longest_wait()); !waited) {
            log_error(waited.error().message);
            exit_code_ = 1;
            return;
        }
        if (session_) {
            session_->take_link_news();
        }
    }

    /// What was said last must reach the supervisor and the router before the process ends.
    void say_goodbye() {
        recording_.flush();
        channel_.tell_all_occurrences();
        if (session_) {
            session_->flush();
            session_->linger(std::chrono::duration_cast<std::chrono::milliseconds>(last_sending));
        }
        process_.finish();
    }

    AgentProcess process_;
    StatusPageLayout& page_ = process_.page();
    SupervisorChannel& channel_ = process_.channel();
    LivePreparation preparation_;
    RecordingPart recording_;
    KillSwitchPage kill_switch_ = KillSwitchPage::unreadable();
    std::optional<KillSwitchPage> engageable_switch_;  ///< Only where drover.control/1 is granted.
    LoadedAgent loaded_;
    std::unique_ptr<LinkSession> session_;
    LinkWatch links_;
    std::optional<SimulationChildren> simulations_;
    std::optional<AgentRunner> runner_;
    bool replay_ = false;
    bool is_pending_ = false;
    bool is_paused_ = false;
    std::optional<int> exit_code_;
};

}  // namespace

int run_live_agent(std::shared_ptr<PluginLibrary> loaded) {
    auto parts = AgentProcess::attach("drover up");
    if (!parts) {
        return 1;
    }
    LiveAgent agent(std::move(*parts), std::move(loaded));
    return agent.run();
}

}  // namespace drover
