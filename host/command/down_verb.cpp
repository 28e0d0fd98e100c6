/// The wish, the waiting, and who blocks.
#include "command/down_verb.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "command/blocker_line.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/fleet_snapshot.hpp"
#include "command/foreground.hpp"
#include "command/person.hpp"
#include "command/waiting.hpp"

namespace drover {

namespace {

using std::chrono::milliseconds;

milliseconds left_until(Monotonic deadline) {
    return std::max(std::chrono::duration_cast<milliseconds>(deadline - monotonic_now()),
                    milliseconds(0));
}

/// Waits for the end of a fleet that shuts down, and hears a person who will not wait.
class EndOfFleet {
public:
    EndOfFleet(const DownOptions& options, ControlClient& client, pid_t guard)
        : options_(options), client_(client), guard_(guard) {}

    /// False when the deadline passes first.
    bool wait(Monotonic deadline) {
        constexpr milliseconds between_looks = std::chrono::milliseconds(200);
        while (!client_.wait_for_end(std::min(left_until(deadline), between_looks))) {
            if (left_until(deadline) == milliseconds(0)) {
                return false;
            }
            hear_interrupts();
            if (const auto fleet = look()) {
                line_.show(*fleet);
            }
        }
        // The connection ends with the supervisor; the guard, which holds the lock, follows it once
        // nothing is left. It kills already: a person can only give up waiting.
        while (guard_ > 0 &&
               !wait_for_process_end(guard_, std::min(left_until(deadline), between_looks))) {
            if (left_until(deadline) == milliseconds(0) || interrupts_.take()) {
                return false;
            }
        }
        return true;
    }

    [[nodiscard]] std::optional<FleetSnapshot> look() const {
        auto client = ControlClient::connect(options_.state_directory, ControlClient::no_patience);
        auto fleet = client ? look_at_fleet(client.value()) : client.error();
        return fleet ? std::optional(std::move(fleet.value())) : std::nullopt;
    }

    void clear_line() { line_.clear(); }

private:
    void hear_interrupts() {
        if (!interrupts_.take()) {
            return;
        }
        line_.clear();
        if (++wishes_ == 1) {
            (void)std::fputs("The fleet goes on stopping; press Ctrl-C again to kill it.\n",
                             stderr);
            return;
        }
        auto client = ControlClient::connect(options_.state_directory, ControlClient::no_patience);
        if (client) {
            (void)client.value().call(
                "shutdown", {{"now", true}, {"by", wished_by("down")}}, answer_time);
        }
        (void)std::fputs("Killing the fleet.\n", stderr);
    }

    const DownOptions& options_;
    ControlClient& client_;
    pid_t guard_;
    StopSignals interrupts_{SIGINT};
    BlockerLine line_;
    int wishes_ = 0;
};

}  // namespace

int run_down(const DownOptions& options) {
    const Monotonic deadline = monotonic_now() + options.timeout;
    auto client = ControlClient::connect(options.state_directory,
                                         std::min(options.timeout, ControlClient::usual_patience));
    if (!client) {
        return report(client.error());
    }
    const auto about = client.value().call("ping", Json::object(), answer_time);
    const auto taken =
        about ? client.value().call("shutdown", {{"by", wished_by("down")}}, answer_time) : about;
    if (!taken) {
        return report(taken.error());
    }
    EndOfFleet end(options, client.value(), value_or<pid_t>(about.value(), "guard_pid", -1));
    const bool is_down = end.wait(deadline);
    end.clear_line();
    if (is_down) {
        std::puts("The fleet is down.");
        return exit_ok;
    }
    const auto fleet = end.look();
    const std::string line = fleet ? waiting_line(*fleet) : "";
    return report({ErrorKind::timed_out,
                   "The fleet is still stopping" + (line.empty() ? "" : ": " + line) + "."});
}

}  // namespace drover
