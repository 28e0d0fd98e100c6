#include "command/down_verb.hpp"

#include <cstdio>
#include <string>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "command/exit_code.hpp"

namespace drover {
namespace {

constexpr auto answer_time = std::chrono::seconds(10);
constexpr auto look_again = std::chrono::milliseconds(200);
/// Who needs less than this to stop is not worth a line.
constexpr auto patience = std::chrono::milliseconds(600);

/// The agents that still have a process.
std::string blockers(const std::filesystem::path& state_directory) {
    auto client = ControlClient::connect(state_directory);
    if (!client) {
        return {};
    }
    const auto status = client.value().call("status", Json::object(), look_again);
    std::string names;
    if (status) {
        for (const Json& agent : value_or(status.value(), "agents", Json::array())) {
            if (value_or<std::int64_t>(agent, "pid", 0) > 0 &&
                value_or<std::string>(agent, "name", "") != "drover-router") {
                names += (names.empty() ? "" : ", ") + value_or<std::string>(agent, "name", "");
            }
        }
    }
    return names;
}

}  // namespace

bool wait_until_down(ControlClient& shutting_down,
                     const std::filesystem::path& state_directory,
                     std::chrono::milliseconds longest,
                     bool (*interrupted)()) {
    const Monotonic began = monotonic_now();
    std::string told;
    while (monotonic_now() - began < longest) {
        if (shutting_down.wait_for_end(look_again)) {
            return true;
        }
        if (interrupted != nullptr && interrupted()) {
            return false;
        }
        const std::string names =
            monotonic_now() - began < patience ? std::string() : blockers(state_directory);
        if (!names.empty() && names != told) {
            std::fprintf(stderr, "waiting for: %s\n", names.c_str());
            told = names;
        }
    }
    return false;
}

int run_down(const DownOptions& options) {
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    if (const auto taken = client.value().call("shutdown", Json::object(), answer_time); !taken) {
        return report(taken.error());
    }
    if (!wait_until_down(client.value(), options.state_directory, options.timeout)) {
        return report({ErrorKind::timed_out,
                       "The fleet is still stopping after " +
                           std::to_string(options.timeout.count() / 1000) +
                           " s. `drover status` shows who blocks; every agent is killed after its "
                           "shutdown.timeout."});
    }
    std::puts("The fleet is down.");
    return exit_ok;
}

}  // namespace drover
