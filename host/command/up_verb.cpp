#include "command/up_verb.hpp"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include <poll.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/down_verb.hpp"
#include "command/droverd_process.hpp"
#include "command/exit_code.hpp"
#include "command/fleet_file.hpp"

namespace drover {
namespace {

constexpr auto answer_time = std::chrono::seconds(10);
constexpr int look_again_ms = 100;

std::atomic<int> interrupts{0};

extern "C" void count_interrupt(int /*signal*/) {
    interrupts.fetch_add(1);
}

void watch_interrupts() {
    struct sigaction action {};
    action.sa_handler = &count_interrupt;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        ::sigaction(signal, &action, nullptr);
    }
}

bool was_interrupted_again() {
    return interrupts.load() > 1;
}

bool is_well(const Json& agent) {
    const auto state = value_or<std::string>(agent, "state", "");
    return state == "disabled" || state == "completed" ||
           (state == "running" && value_or<std::string>(agent, "health", "") == "healthy");
}

/// "risk: waiting, unknown: waiting for broker to be healthy"
std::string line_of(const Json& agent) {
    return value_or<std::string>(agent, "name", "?") + ": " +
           value_or<std::string>(agent, "state", "?") + ", " +
           value_or<std::string>(agent, "health", "?") + ": " +
           value_or<std::string>(agent, "reason", "");
}

/// Asks until all agents are well or the time is over; returns those that are not.
Result<std::vector<Json>> wait_until_well(const std::filesystem::path& state_directory,
                                          std::chrono::milliseconds longest) {
    auto client = ControlClient::connect(state_directory);
    if (!client) {
        return client.error();
    }
    const Monotonic deadline = monotonic_now() + longest;
    while (true) {
        const auto status = client.value().call("status", Json::object(), answer_time);
        if (!status) {
            return status.error();
        }
        std::vector<Json> unwell;
        for (const Json& agent : status.value().at("agents")) {
            if (!is_well(agent)) {
                unwell.push_back(agent);
            }
        }
        if (unwell.empty() || monotonic_now() >= deadline) {
            return unwell;
        }
        (void)::poll(nullptr, 0, look_again_ms / 2);
    }
}

int wait_detached(const UpOptions& options) {
    const auto unwell = wait_until_well(options.state_directory, options.timeout);
    if (!unwell) {
        return report(unwell.error());
    }
    if (unwell.value().empty()) {
        std::puts(
            "The fleet is running and healthy. `drover status` shows it, `drover down` "
            "stops it.");
        return exit_ok;
    }
    std::fprintf(stderr,
                 "drover: not running and healthy after %.1f s:\n",
                 static_cast<double>(options.timeout.count()) / 1000);
    for (const Json& agent : unwell.value()) {
        std::fprintf(stderr, "  %s\n", line_of(agent).c_str());
    }
    std::fputs("The fleet keeps running; `drover logs NAME` shows more, `drover down` stops it.\n",
               stderr);
    return exit_unhealthy;
}

/// Prints what changed since the last call.
class ChangePrinter {
public:
    void print(const Json& document) {
        for (const Json& agent : document.at("agents")) {
            const auto name = value_or<std::string>(agent, "name", "");
            const auto key = value_or<std::string>(agent, "state", "") + "/" +
                             value_or<std::string>(agent, "health", "");
            if (told_[name] != key) {
                told_[name] = key;
                std::printf("%s\n", line_of(agent).c_str());
            }
        }
        std::fflush(stdout);
    }

private:
    std::map<std::string, std::string> told_;
};

void print_hints(const UpOptions& options) {
    std::printf(
        "The fleet of %s is starting; its state lies in %s.\n"
        "Look at it from another terminal:\n"
        "  drover status                what runs, how it is, and why\n"
        "  drover tap 'market.>' -n 3   messages as they pass\n"
        "  drover logs -f               what the agents say\n"
        "Ctrl-C stops it in order; a second Ctrl-C kills it at once.\n\n",
        options.file.c_str(),
        options.state_directory.c_str());
    std::fflush(stdout);
}

/// Stops the fleet after the first Ctrl-C, and kills it after the second.
int shut_down(const UpOptions& options, ControlClient& client) {
    std::puts("\nstopping …");
    std::fflush(stdout);
    (void)client.call("shutdown", Json::object(), answer_time);
    constexpr auto longest = std::chrono::hours(1);
    if (wait_until_down(client, options.state_directory, longest, &was_interrupted_again)) {
        std::puts("The fleet is down.");
        return exit_ok;
    }
    std::puts("killing …");
    auto second = ControlClient::connect(options.state_directory);
    if (second) {
        (void)second.value().call("shutdown", Json{{"now", true}}, answer_time);
        (void)second.value().wait_for_end(std::chrono::seconds(10));
    }
    return exit_failed;
}

int stay(const UpOptions& options, const DroverdProcess& droverd) {
    print_hints(options);
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    ChangePrinter changes;
    while (interrupts.load() == 0) {
        const auto status = client.value().call("status", Json::object(), answer_time);
        if (!status) {
            break;
        }
        changes.print(status.value());
        pollfd ended{droverd.child.watch.number(), POLLIN, 0};
        if (::poll(&ended, 1, look_again_ms) > 0) {
            break;
        }
    }
    if (interrupts.load() > 0) {
        return shut_down(options, client.value());
    }
    pollfd ended{droverd.child.watch.number(), POLLIN, 0};
    (void)::poll(&ended, 1, -1);
    const auto exit = reap(droverd.child);
    std::fprintf(stderr,
                 "drover: droverd has ended: %s.\n",
                 exit ? exit->text().c_str() : "how is not known");
    return exit && exit->is_success() ? exit_ok : exit_failed;
}

}  // namespace

int run_up(const UpOptions& options) {
    if (auto running = ControlClient::connect(options.state_directory)) {
        const auto pong = running.value().call("ping", Json::object(), answer_time);
        const auto pid = pong ? value_or<std::int64_t>(pong.value(), "pid", 0) : 0;
        return report({ErrorKind::invalid,
                       "A droverd (pid " + std::to_string(pid) +
                           ") already runs for the state directory '" +
                           options.state_directory.string() +
                           "'. Stop it with `drover down`, or name another --state-dir."});
    }
    const auto fleet = read_fleet_file(options.file);
    if (!fleet) {
        return exit_failed;
    }
    for (const Fault& warning : fleet->config.warnings) {
        std::fprintf(stderr, "warning: %s\n", warning.text().c_str());
    }
    print_faults(fleet->unloadable);
    watch_interrupts();
    const auto droverd =
        start_droverd(options.file, options.state_directory, options.fresh, !options.detached);
    if (!droverd) {
        return report({ErrorKind::invalid, droverd.error().message});
    }
    return options.detached ? wait_detached(options) : stay(options, droverd.value());
}

}  // namespace drover
