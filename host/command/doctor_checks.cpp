/// The installation, the folders and the fleet.
#include "command/doctor_checks.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <sys/statvfs.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/person.hpp"
#include "command/standing_switch.hpp"
#include "command/state_folder.hpp"
#include "durable_log/log_recovery.hpp"
#include "fleet/fleet.hpp"
#include "process/programs_folder.hpp"
#include "process/run_directory.hpp"
#include "process/state_lock.hpp"
#include "process/state_version.hpp"
#include "schedule/schedule_check.hpp"

namespace drover {

namespace {

CheckResult good(const std::string& name, const std::string& found) {
    return {name, Verdict::ok, found, ""};
}

/// "drover-agent 0.1.0" of the program beside this one; empty where it cannot be run.
std::string version_of(const std::filesystem::path& program) {
    const std::string command = "'" + program.string() + "' --version 2>/dev/null";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"),
                                                               ::pclose);
    std::array<char, 256> line{};
    if (!pipe || std::fgets(line.data(), line.size(), pipe.get()) == nullptr) {
        return "";
    }
    std::string text = line.data();
    text.erase(text.find_last_not_of("\r\n ") + 1);
    return text;
}

CheckResult check_programs() {
    std::string missing;
    std::string others;
    for (const char* name : {"droverd", "drover-router", "drover-agent"}) {
        const std::string version = version_of(programs_folder() / name);
        if (version.empty()) {
            missing += (missing.empty() ? "" : ", ") + std::string(name);
        } else if (!version.ends_with(" " DROVER_VERSION)) {
            others += (others.empty() ? "" : ", ") + version;
        }
    }
    if (!missing.empty()) {
        return {"programs",
                Verdict::fail,
                "missing or broken in " + programs_folder().string() + ": " + missing,
                "Install drover anew: its programs lie in one folder."};
    }
    if (!others.empty()) {
        return {"programs",
                Verdict::fail,
                "this is drover " DROVER_VERSION ", and beside it lie " + others,
                "Install all programs of one version."};
    }
    return good("programs", "drover " DROVER_VERSION " in " + programs_folder().string());
}

CheckResult check_rights() {
    if (::geteuid() == 0) {
        return {"rights",
                Verdict::warn,
                "you are root, and so would the agents be",
                "Run the fleet as a user of its own: a plugin may do all that its user may."};
    }
    return good("rights", "the fleet would run as " + person_name());
}

CheckResult check_state(const std::filesystem::path& directory) {
    if (const auto usable = check_state_directory(directory); !usable) {
        return {"state-directory", Verdict::fail, usable.error().message, ""};
    }
    if (const auto readable = check_state_version(directory); !readable) {
        return {"state-directory", Verdict::fail, readable.error().message, ""};
    }
    std::error_code ignored;
    const bool is_there = std::filesystem::exists(directory, ignored);
    return good("state-directory",
                directory.string() + (is_there ? " can be written to" : " can be made"));
}

/// The folder itself, or the nearest one above that exists.
std::filesystem::path existing(const std::filesystem::path& directory) {
    std::error_code ignored;
    std::filesystem::path nearest = std::filesystem::absolute(directory, ignored);
    while (!std::filesystem::exists(nearest, ignored) && nearest.has_relative_path()) {
        nearest = nearest.parent_path();
    }
    return nearest;
}

CheckResult check_disk(const std::filesystem::path& directory) {
    const std::filesystem::path folder = existing(directory);
    struct statvfs about {};
    if (::statvfs(folder.c_str(), &about) != 0) {
        return {"disk",
                Verdict::warn,
                "nobody can tell how full the disk of " + folder.string() +
                    " is: " + std::strerror(errno),
                ""};
    }
    return judge_disk(folder.string(),
                      {about.f_bavail * about.f_frsize, about.f_blocks * about.f_frsize});
}

CheckResult check_sockets(const std::filesystem::path& directory) {
    const auto run = RunDirectory::locate(directory);
    const auto link = run ? run.value().link_endpoint(std::string(48, 'x'), ~std::uint32_t{0})
                          : Result<std::string>(run.error());
    if (!link) {
        return {"sockets",
                Verdict::fail,
                link.error().message,
                "Set XDG_RUNTIME_DIR to a folder with a short path."};
    }
    const std::filesystem::path folder = existing(run.value().path());
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        return {"sockets",
                Verdict::fail,
                "sockets cannot be made in " + folder.string() + ": " + std::strerror(errno),
                "Set XDG_RUNTIME_DIR to a folder of yours."};
    }
    return good("sockets", "in " + run.value().path().string());
}

CheckResult check_kill_switch(const std::filesystem::path& directory) {
    if (engaged_switch(directory)) {
        return {"kill-switch",
                Verdict::warn,
                "it is engaged: no new orders pass",
                "drover kill-switch status says why; drover kill-switch release lets them pass."};
    }
    return good("kill-switch", "released");
}

/// While no router answers for it: it has failed over it, or nothing runs.
CheckResult check_resting_log(const std::filesystem::path& folder, const Error* refusal) {
    std::error_code ignored;
    if (!std::filesystem::exists(folder, ignored)) {
        return good("durable-log", "not in use now");
    }
    const std::filesystem::path directory = folder.parent_path().parent_path();
    if (!check_state_version(directory)) {
        return good("durable-log", "not looked at: its state directory is not this drover's");
    }
    if (refusal != nullptr) {
        return {"durable-log",
                Verdict::fail,
                refusal->message,
                "drover describe drover-router says more."};
    }
    if (const auto holder = StateLock::holder(directory)) {
        return good(
            "durable-log",
            "not looked at: droverd (pid " + *holder + ") works with it, and does not answer");
    }
    const auto log = recover_log(folder, false);
    if (!log) {
        return {"durable-log",
                Verdict::fail,
                log.error().message,
                "drover up would start no agent with it."};
    }
    return good("durable-log", "sound, and not in use now");
}

/// Receivers that the fleet does not have any more hold the durable log for ever.
CheckResult check_durable_log(const std::filesystem::path& directory) {
    auto client = ControlClient::connect(directory, ControlClient::no_patience);
    const auto status = client ? client.value().call("log", {{"what", "stat"}}, answer_time)
                               : Result<Json>(client.error());
    if (!status) {
        return check_resting_log(directory / "router" / "log", client ? &status.error() : nullptr);
    }
    const auto trouble = value_or<std::string>(status.value(), "trouble", "");
    if (!trouble.empty()) {
        return {"durable-log", Verdict::fail, trouble, "drover log stat shows who is behind."};
    }
    std::string parked;
    std::string failed;
    for (const Json& receiver : value_or<Json>(status.value(), "receivers", Json::array())) {
        if (value_or<bool>(receiver, "parked", false)) {
            parked += (parked.empty() ? "" : ", ") + value_or<std::string>(receiver, "name", "");
        }
        if (value_or<std::string>(receiver, "away", "") == "failed") {
            failed += (failed.empty() ? "" : ", ") + value_or<std::string>(receiver, "name", "");
        }
    }
    if (!failed.empty()) {
        return {
            "durable-log",
            Verdict::warn,
            "messages are kept for receivers that are failed, and nobody else gets them: " + failed,
            "drover start NAME tries again; drover log forget NAME gives them up."};
    }
    if (!parked.empty()) {
        return {"durable-log",
                Verdict::warn,
                "it is kept for receivers that the fleet does not have: " + parked,
                "drover log forget NAME gives up what waits for one that will not come back."};
    }
    return good("durable-log", "takes messages, and is kept for nobody who is gone");
}

CheckResult check_droverd(const std::filesystem::path& directory) {
    constexpr auto longest_check = std::chrono::seconds(3);
    auto client = ControlClient::connect(directory, longest_check);
    if (!client && client.error().kind == ErrorKind::timed_out) {
        return {
            "droverd", Verdict::fail, client.error().message, "drover logs droverd tells more."};
    }
    if (!client) {
        return good("droverd", "none runs for this state directory");
    }
    const auto answer = client.value().call("ping", Json::object(), longest_check);
    if (!answer) {
        return {"droverd",
                Verdict::fail,
                answer.error().message,
                "See 'drover logs droverd'; kill it when it hangs: its guard ends the agents."};
    }
    const auto version = value_or<std::string>(answer.value(), "version", "unknown");
    const std::string found = "version " + version + " runs, pid " +
                              std::to_string(value_or<int>(answer.value(), "pid", -1));
    if (version != DROVER_VERSION) {
        return {"droverd",
                Verdict::warn,
                found + "; this is drover " DROVER_VERSION,
                "drover down && drover up -d starts the one that is installed now."};
    }
    return good("droverd", found);
}

CheckResult check_fleet(const DoctorPlace& place) {
    std::error_code ignored;
    const std::string file = place.file.string();
    if (!place.is_file_named && !std::filesystem::exists(place.file, ignored)) {
        return good("fleet", "there is no " + file + " here");
    }
    DescribeOptions options;
    options.agent_program = programs_folder() / "drover-agent";
    options.check_further = check_schedules;
    const PreparedFleet fleet =
        read_and_prepare_fleet(place.file, default_plugin_search(programs_folder()), {}, options);
    const std::size_t faults = fleet.faults.size() + fleet.unloadable.size();
    if (faults > 0) {
        const Fault& first = fleet.faults.empty() ? fleet.unloadable.front() : fleet.faults.front();
        return {"fleet",
                Verdict::fail,
                std::to_string(faults) + (faults == 1 ? " fault: " : " faults, the first: ") +
                    first.text(),
                "drover validate -f " + file + " lists them all."};
    }
    return good("fleet",
                file + " is good: " + std::to_string(fleet.agents.size()) +
                    (fleet.agents.size() == 1 ? " agent, its plugin" : " agents, their plugins") +
                    " can be loaded");
}

}  // namespace

std::vector<CheckResult> run_checks(const DoctorPlace& place) {
    std::vector<CheckResult> results{check_programs(), check_rights()};
    std::ranges::move(machine_checks(), std::back_inserter(results));
    results.push_back(check_state(place.state_directory));
    results.push_back(check_disk(place.state_directory));
    results.push_back(check_sockets(place.state_directory));
    results.push_back(check_kill_switch(place.state_directory));
    results.push_back(check_droverd(place.state_directory));
    results.push_back(check_durable_log(place.state_directory));
    results.push_back(check_fleet(place));
    return results;
}

}  // namespace drover
