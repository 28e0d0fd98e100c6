/// The loop of the foreground, and its lines.
#include "command/foreground.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <map>
#include <optional>
#include <utility>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "command/blocker_line.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/fleet_snapshot.hpp"
#include "command/person.hpp"

namespace drover {

namespace {

constexpr int between_looks_ms = 200;

std::string clock_text() {
    const std::time_t now = wall_now() / std::chrono::nanoseconds(std::chrono::seconds(1)).count();
    std::tm local{};
    ::localtime_r(&now, &local);
    std::array<char, 16> text{};
    (void)std::strftime(text.data(), text.size(), "%H:%M:%S", &local);
    return text.data();
}

void print_hints(const std::string& fleet_name,
                 const std::filesystem::path& state_directory,
                 pid_t pid) {
    std::printf(
        "%s is starting (droverd, pid %d; state in %s). In another terminal:\n"
        "\n"
        "  drover status        how every agent is, and why\n"
        "  drover events -f     what happens to them, and why\n"
        "  drover logs -f       what they say\n"
        "  drover tap '>'       the messages as they pass\n"
        "  drover down          stop the fleet, as Ctrl-C does here\n"
        "\n",
        fleet_name.c_str(),
        static_cast<int>(pid),
        state_directory.c_str());
    (void)std::fflush(stdout);
}

/// Remembers what was shown, so that only changes are.
class ChangePrinter {
public:
    void print(const FleetSnapshot& fleet) {
        for (const AgentSnapshot& agent : fleet.agents) {
            Shown now{agent.state, agent.health, agent.restarts};
            const auto [shown, is_new] = shown_.try_emplace(agent.name, now);
            if (is_new || shown->second != now) {
                shown->second = std::move(now);
                std::printf("%s  %-22s %-12s %-10s %s\n",
                            clock_text().c_str(),
                            agent.name.c_str(),
                            agent.state.c_str(),
                            agent.health.c_str(),
                            printable(agent.reason).c_str());
            }
        }
        (void)std::fflush(stdout);
    }

private:
    struct Shown {
        std::string state;
        std::string health;
        int restarts = 0;
        bool operator==(const Shown&) const = default;
    };
    std::map<std::string, Shown> shown_;
};

class Foreground {
public:
    Foreground(const FleetToWatch& fleet, StartedDroverd& droverd, const StopSignals& signals)
        : fleet_(fleet), droverd_(droverd), signals_(signals) {}

    int run() {
        while (true) {
            std::array<pollfd, 2> waiting{
                {{signals_.descriptor(), POLLIN, 0}, {droverd_.guard.watch.number(), POLLIN, 0}}};
            (void)::poll(waiting.data(), waiting.size(), between_looks_ms);
            if (const auto status = reap(droverd_.guard)) {
                return last_word(*status);
            }
            if (signals_.take()) {
                ask_to_stop();
            }
            look();
        }
    }

private:
    void look() {
        if (!watching_) {
            auto client =
                ControlClient::connect(fleet_.state_directory, ControlClient::no_patience);
            if (!client) {
                return;  // Still starting, or almost gone: the guard's end will tell.
            }
            watching_.emplace(std::move(client.value()));
        }
        const auto fleet = look_at_fleet(*watching_);
        if (!fleet) {
            watching_.reset();
            return;
        }
        if (!std::exchange(has_told_warnings_, true)) {
            tell_warnings_of(fleet.value(), fleet_.told_warnings);
        }
        changes_.print(fleet.value());
        show_who_blocks(fleet.value());
    }

    void ask_to_stop() {
        ++wishes_to_stop_;
        auto client = ControlClient::connect(fleet_.state_directory, ControlClient::no_patience);
        const Json wish = {{"now", wishes_to_stop_ > 1},
                           {"by", wished_by("up") + ", which was interrupted"}};
        if (!client || !client.value().call("shutdown", wish, answer_time)) {
            droverd_.lifeline.close();  // droverd takes the end of the lifeline for the same wish.
        }
        std::puts(wishes_to_stop_ > 1 ? "Killing the fleet."
                                      : "Stopping the fleet; press Ctrl-C again to kill it.");
        (void)std::fflush(stdout);
        next_reminder_ = monotonic_now() + std::chrono::seconds(1);
    }

    void show_who_blocks(const FleetSnapshot& fleet) {
        if (wishes_to_stop_ == 0 || monotonic_now() < next_reminder_) {
            return;
        }
        next_reminder_ = monotonic_now() + std::chrono::seconds(1);
        if (const std::string line = waiting_line(fleet); !line.empty()) {
            std::printf("%s  %s\n", clock_text().c_str(), line.c_str());
            (void)std::fflush(stdout);
        }
    }

    static int last_word(const ExitStatus& status) {
        if (status.is_success()) {
            std::puts("The fleet is down.");
            return exit_ok;
        }
        if (status.code == exit_given_up) {
            std::fputs(
                "drover: The fleet has shut itself down: an agent passed its restart_limit, which "
                "says 'then: shutdown'. 'drover events' says which one and why.\n",
                stderr);
            return exit_given_up;
        }
        return report({ErrorKind::invalid,
                       "droverd ended unexpectedly (" + status.text() +
                           "); no process of the fleet is left. See 'drover logs droverd'."});
    }

    const FleetToWatch& fleet_;
    StartedDroverd& droverd_;
    const StopSignals& signals_;
    bool has_told_warnings_ = false;
    std::optional<ControlClient> watching_;
    ChangePrinter changes_;
    int wishes_to_stop_ = 0;
    Monotonic next_reminder_{};
};

}  // namespace

StopSignals::StopSignals(std::initializer_list<int> watched) {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : watched) {
        ::sigaddset(&signals, signal);
    }
    ::sigprocmask(SIG_BLOCK, &signals, &before_);
    readable_ = FileDescriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

StopSignals::~StopSignals() {
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

bool StopSignals::take() const {
    signalfd_siginfo info{};
    bool has_come = false;
    while (::read(readable_.number(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
        has_come = true;
    }
    return has_come;
}

int watch_in_foreground(const FleetToWatch& fleet,
                        StartedDroverd& droverd,
                        const StopSignals& signals) {
    print_hints(fleet.name, fleet.state_directory, droverd.pid);
    return Foreground(fleet, droverd, signals).run();
}

}  // namespace drover
