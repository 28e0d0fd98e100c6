#include "daemon/guard.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/line_channel.hpp"
#include "base/logging.hpp"
#include "daemon/kept_units.hpp"
#include "daemon/switch_signal.hpp"
#include "process/launcher.hpp"
#include "process/packet_channel.hpp"
#include "process/process_tree.hpp"
#include "process/state_lock.hpp"

namespace drover {
namespace {

constexpr int failed = 1;

/// The numbers that descriptors have in the supervisor; LaunchRequest::further begins at 5.
constexpr int ready_there = 6;
constexpr int lifeline_there = 7;

/// A supervisor that is lost this often within this time is not started again.
constexpr std::size_t most_losses = 5;
constexpr auto losses_count_for = std::chrono::minutes(1);

/// Makes the signals that end programs readable instead, and those of children and kill switch.
FileDescriptor watch_signals() {
    sigset_t watched;
    ::sigemptyset(&watched);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD}) {
        ::sigaddset(&watched, signal);
    }
    ::sigprocmask(SIG_BLOCK, &watched, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    return FileDescriptor(::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
}

class Guard {
public:
    Guard(const DaemonOptions& options, const std::filesystem::path& program, StateLock lock)
        : options_(options), program_(program), lock_(std::move(lock)) {}

    int run(FileDescriptor signals) {
        signals_ = std::move(signals);
        if (const auto started = start(program_, false); !started) {
            report_faults(options_.ready, {started.error().message});
            return failed;
        }
        // The supervisor's alone from here on: its end must be seen by who waits for the answer.
        FileDescriptor(options_.ready).close();
        ExitStatus status = wait_for_supervisor();
        while (kept_.is_adopting() && may_lose_one_more() && go_on_after(status)) {
            status = wait_for_supervisor();
        }
        FileDescriptor(options_.lifeline).close();
        end_everything(status);
        return status.code.value_or(failed);
    }

private:
    Result<void> start(const std::filesystem::path& program, bool goes_on) {
        auto words = make_socket_pair();
        auto packets = make_packet_pair();
        if (!words || !packets) {
            return words ? packets.error() : words.error();
        }
        LaunchRequest request;
        request.program = program;
        request.arguments = options_.for_supervisor(lifeline_there, ready_there, goes_on);
        request.output = STDOUT_FILENO;
        request.errors = STDERR_FILENO;
        request.channel = words.value().theirs.number();
        request.further = {lock_.descriptor(),
                           goes_on ? -1 : options_.ready,
                           options_.lifeline,
                           packets.value().theirs.number()};
        // It sees the end of the channel instead, and then ends its own descendants.
        request.dies_with_parent = false;
        auto child = launch(request);
        if (!child) {
            return child.error();
        }
        goes_on_ = goes_on;
        supervisor_ = std::move(child.value());
        words_.emplace(std::move(words.value().ours));
        packets_.emplace(std::move(packets.value().ours));
        return success();
    }

    ExitStatus wait_for_supervisor() {
        while (true) {
            std::array<pollfd, 2> waits = {
                {{signals_.number(), POLLIN, 0}, {packets_->descriptor(), POLLIN, 0}}};
            const nfds_t watched = packets_->is_ended() ? 1 : waits.size();
            if (::poll(waits.data(), watched, -1) < 0 && errno != EINTR) {
                log_error(std::string("The guard cannot wait: ") + std::strerror(errno) + ".");
            }
            serve_signals();
            const auto status = look_at_children();
            while (auto packet = packets_->receive()) {
                kept_.take(std::move(*packet));
            }
            if (status) {
                return *status;
            }
        }
    }

    /// Passes a signal on. The second Ctrl-C is for those who will not wait.
    void serve_signals() {
        signalfd_siginfo info{};
        while (::read(signals_.number(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
            if (info.ssi_signo == SIGUSR1) {
                // By itself: the supervisor may hang.
                engage_by_signal(options_.state_directory / "kill_switch",
                                 "droverd's guard",
                                 static_cast<pid_t>(info.ssi_pid),
                                 info.ssi_uid);
            } else if (info.ssi_signo != SIGCHLD) {
                interrupts_ += info.ssi_signo == SIGINT ? 1 : 0;
                words_->write_line(interrupts_ > 1 ? shutdown_now_word : shutdown_word);
            }
        }
    }

    /// Reaps, and tells the supervisor of children that are not its own. Returns how the supervisor
    /// has ended; by then all that it left are children of this process.
    std::optional<ExitStatus> look_at_children() {
        std::optional<ExitStatus> lost;
        while (const auto news = next_child_news()) {
            if (news->pid == supervisor_.pid) {
                lost = news->end ? news->end : lost;
                continue;
            }
            Json told = {{"child", news->pid}};
            if (news->end) {
                const ProcessEnd end{*news->end, monotonic_now()};
                if (const auto unit = kept_.ended(news->pid, end)) {
                    told = {{"unit", *unit}, {"pid", news->pid}, {"end", to_json(end)}};
                }
            }
            if (goes_on_ && !lost) {
                (void)packets_->send_patiently(to_line(told), {});
            }
        }
        return lost;
    }

    bool may_lose_one_more() {
        const Monotonic now = monotonic_now();
        losses_.push_back(now);
        std::erase_if(losses_, [now](Monotonic loss) { return now - loss > losses_count_for; });
        if (losses_.size() > most_losses) {
            log_error("The supervisor was lost " + std::to_string(losses_.size()) +
                      " times within a minute; no other one is started.");
        }
        return losses_.size() <= most_losses;
    }

    /// Starts the next supervisor, once: whoever ends before it has taken over has used up a try.
    bool go_on_after(const ExitStatus& status) {
        const pid_t before = supervisor_.pid;
        log_error("The supervisor was lost (" + status.text() +
                  "); another one goes on with the processes of the fleet.");
        // One that was upgraded goes on as such, or as this one when it cannot even be started.
        const bool is_other = !kept_.program().empty() && losses_.size() < most_losses;
        auto started = start(is_other ? std::filesystem::path(kept_.program()) : program_, true);
        if (!started && is_other) {
            log_error(started.error().message);
            started = start(program_, true);
        }
        if (!started) {
            log_error(started.error().message);
            return false;
        }
        // One that ends meanwhile is seen to by who waits for it.
        (void)kept_.hand_over(*packets_, status.text(), before);
        return true;
    }

    /// Ends what the supervisor left behind. An agent that nobody watches is a hazard, so there is
    /// no limit to the trying.
    static void end_everything(const ExitStatus& status) {
        constexpr auto patience = std::chrono::seconds(1);
        if (!status.code) {
            log_error("The supervisor was " + status.text() +
                      "; every process of the fleet is ended with SIGKILL.");
        }
        while (!kill_all_descendants(patience)) {
            log_error("Some processes of the fleet do not end; trying on.");
        }
    }

    const DaemonOptions& options_;
    const std::filesystem::path& program_;
    StateLock lock_;
    FileDescriptor signals_;
    Child supervisor_;
    std::optional<LineChannel> words_;
    std::optional<PacketChannel> packets_;
    KeptUnits kept_;
    std::vector<Monotonic> losses_;
    bool goes_on_ = false;  ///< The supervisor goes on with children of this process.
    int interrupts_ = 0;
};

}  // namespace

int run_guard(const DaemonOptions& options, const std::filesystem::path& program) {
    open_log("droverd-guard", LogLevel::info);
    FileDescriptor signals = watch_signals();
    become_subreaper();
    // The fleet of a droverd that was killed a moment ago is gone after one second.
    constexpr std::chrono::seconds longest_end{2};
    auto lock = StateLock::take(options.state_directory, longest_end);
    if (!lock) {
        report_faults(options.ready, {lock.error().message});
        return failed;
    }
    Guard guard(options, program, std::move(lock.value()));
    return guard.run(std::move(signals));
}

}  // namespace drover
