/// Asks for it, and then looks who answers at the control socket.
#include "command/self_upgrade_verb.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

#include <poll.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/person.hpp"
#include "process/programs_folder.hpp"

namespace drover {

namespace {

Result<Json> ask_droverd(const std::filesystem::path& state_directory,
                         const std::string& method,
                         const Json& params,
                         std::chrono::milliseconds longest) {
    auto client =
        ControlClient::connect(state_directory, std::min(longest, ControlClient::usual_patience));
    return client ? client.value().call(method, params, longest) : client.error();
}

/// Waits until a run after `before` answers, or that one says why it still runs.
Result<Json> wait_for_later_run(const SelfUpgradeOptions& options, std::uint64_t before) {
    constexpr int between_looks_ms = 20;
    const Monotonic deadline = monotonic_now() + options.timeout;
    while (monotonic_now() < deadline) {
        auto ping = ask_droverd(options.state_directory, "ping", Json::object(), answer_time);
        const bool has_an_end =
            ping && (value_or<std::uint64_t>(ping.value(), "run", 0) > before ||
                     !value_or<std::string>(ping.value(), "failed_upgrade", "").empty());
        if (has_an_end) {
            return ping;
        }
        (void)::poll(nullptr, 0, between_looks_ms);
    }
    return Error{ErrorKind::timed_out,
                 "Nobody answers at the control socket since droverd was asked to be replaced. See "
                 "STATE/logs/droverd.log, and 'drover status'."};
}

}  // namespace

int run_self_upgrade(const SelfUpgradeOptions& options) {
    std::error_code fault;
    const auto program = options.program.empty()
                             ? programs_folder() / "droverd"
                             : std::filesystem::absolute(options.program, fault);
    const auto before = ask_droverd(options.state_directory, "ping", Json::object(), answer_time);
    if (!before) {
        return report_answer(before.error());
    }
    const auto begun = ask_droverd(
        options.state_directory,
        "upgrade_self",
        {{"program", program.string()}, {"by", wished_by("upgrade --self " + program.string())}},
        options.timeout);
    if (!begun) {
        return report_answer(begun.error());
    }
    const auto after =
        wait_for_later_run(options, value_or<std::uint64_t>(before.value(), "run", 0));
    if (!after) {
        return report_answer(after.error());
    }
    const Json& now = after.value();
    const auto failure = value_or<std::string>(now, "failed_upgrade", "");
    const bool is_it = value_or<std::string>(now, "program", "") ==
                       std::filesystem::weakly_canonical(program, fault).string();
    if (!failure.empty() || !is_it) {
        (void)std::fprintf(
            stderr,
            "drover: droverd was not replaced: %s\n",
            printable(failure.empty()
                          ? program.string() + " was lost, and " +
                                value_or<std::string>(now, "program", "another one") + " goes on."
                          : failure)
                .c_str());
        return exit_failed;
    }
    std::printf("droverd %s (%s, pid %d) goes on with the fleet.\n",
                value_or<std::string>(now, "version", "").c_str(),
                program.c_str(),
                value_or<int>(now, "pid", -1));
    return exit_ok;
}

}  // namespace drover
