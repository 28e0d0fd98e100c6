#include "command/record_verb.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <utility>

#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "base/topic.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/person.hpp"
#include "command/recorder.hpp"

namespace drover {
namespace {

constexpr auto turn_time = std::chrono::milliseconds(200);

volatile std::sig_atomic_t is_interrupted = 0;

extern "C" void note_interrupt(int /*signal*/) {
    is_interrupted = 1;
}

void catch_interrupts() {
    is_interrupted = 0;
    struct sigaction action {};
    action.sa_handler = note_interrupt;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

std::optional<Error> what_is_wrong(const RecordOptions& options) {
    if (options.file.empty()) {
        return Error{ErrorKind::invalid, "-O takes the name of a new file, not an empty text."};
    }
    if (options.duration && *options.duration <= std::chrono::milliseconds::zero()) {
        return Error{ErrorKind::invalid,
                     "--duration takes more than 0; without it the recording goes on until "
                     "Ctrl-C."};
    }
    for (const std::string& pattern : options.patterns) {
        if (!is_topic_pattern(pattern)) {
            return Error{ErrorKind::invalid,
                         "'" + pattern +
                             "' is no topic pattern: tokens joined by dots, `*` for one token, `>` "
                             "at the end for the rest. Quote it for the shell: 'market.>'."};
        }
    }
    if (options.restart && !options.patterns.empty()) {
        return Error{ErrorKind::invalid,
                     "--restart makes whole recordings, and one of a few topics is never whole; "
                     "leave out either the patterns or --restart."};
    }
    return std::nullopt;
}

/// Checks the names of agents with the fleet that runs.
Result<void> check_agents(ControlClient& client, const std::vector<std::string>& agents) {
    if (agents.empty()) {
        return success();
    }
    const auto known = client.call("status", {{"names", agents}}, answer_time);
    return known ? Result<void>(success()) : Result<void>(known.error());
}

Result<void> restart(ControlClient& client, const std::vector<std::string>& agents) {
    Json wish = {{"by", wished_by("record --restart")}};
    if (agents.empty()) {
        wish["all"] = true;
    } else {
        wish["names"] = agents;
    }
    const auto taken = client.call("restart", wish, answer_time);
    return taken ? Result<void>(success()) : Result<void>(taken.error());
}

/// Has the fleet join; one that does not run yet joins when it starts.
Result<void> invite(const RecordOptions& options, std::optional<ControlClient>& client) {
    if (!client) {
        std::fprintf(stderr,
                     "No fleet runs for the state directory '%s' yet; it is recorded from its "
                     "start on.\n",
                     options.state_directory.c_str());
        return success();
    }
    if (auto joined = client->call("record", Json::object(), answer_time); !joined) {
        return joined.error();
    }
    return options.restart ? restart(*client, options.agents) : Result<void>(success());
}

void print_tally(const RecordingTally& tally, const std::filesystem::path& file) {
    constexpr double mebibyte = 1024.0 * 1024.0;
    std::printf(
        "%s: %llu messages delivered and %llu published, %llu entries in %llu lives of "
        "agents, %.1f MiB\n",
        printable(file.string()).c_str(),
        static_cast<unsigned long long>(tally.delivered),
        static_cast<unsigned long long>(tally.published),
        static_cast<unsigned long long>(tally.entries),
        static_cast<unsigned long long>(tally.lives),
        static_cast<double>(tally.bytes) / mebibyte);
    if (tally.strangers > 0) {
        std::fprintf(stderr,
                     "note: connections that were neither of droverd nor of an agent, and of which "
                     "nothing was recorded: %llu.\n",
                     static_cast<unsigned long long>(tally.strangers));
    }
}

Result<void> record(Recorder& recorder) {
    bool is_warned = false;
    const auto warn_once = [&] {
        if (const auto& why = recorder.unread_names(); why && !std::exchange(is_warned, true)) {
            std::fprintf(stderr,
                         "warning: What droverd says of its fleet is left out of the recording "
                         "wherever it cannot be read; it may be of another version. %s\n",
                         printable(why->message).c_str());
        }
    };
    while (is_interrupted == 0) {
        const auto goes_on = recorder.turn(turn_time);
        if (!goes_on) {
            return goes_on.error();
        }
        warn_once();
        if (!goes_on.value()) {
            break;
        }
    }
    auto finished = recorder.finish();
    warn_once();
    return finished;
}

}  // namespace

int run_record(const RecordOptions& asked) {
    RecordOptions options = asked;
    if (std::ranges::find(options.patterns, ">") != options.patterns.end()) {
        options.patterns.clear();  // Every topic: no choice among them.
    }
    if (const auto wrong = what_is_wrong(options)) {
        (void)report(*wrong);
        return exit_usage;
    }
    std::optional<ControlClient> client;
    if (auto connected = ControlClient::connect(options.state_directory)) {
        client.emplace(std::move(connected.value()));
        if (auto checked = check_agents(*client, options.agents); !checked) {
            return report_answer(checked.error());
        }
    } else if (connected.error().kind != ErrorKind::unavailable || options.restart) {
        return report(connected.error());
    }
    const auto run = client ? RunDirectory::of_running(options.state_directory)
                            : RunDirectory::prepare(options.state_directory);
    if (!run) {
        return report(run.error());
    }
    catch_interrupts();
    auto recorder = Recorder::open(run.value(),
                                   {options.patterns,
                                    options.agents,
                                    std::filesystem::absolute(options.file),
                                    options.count,
                                    options.duration});
    if (!recorder) {
        (void)report(recorder.error());
        return exit_failed;  // Whatever is missing, it is not droverd.
    }
    if (auto invited = invite(options, client); !invited) {
        (void)recorder.value().finish();
        return report(invited.error());
    }
    std::fprintf(
        stderr, "Recording into %s; Ctrl-C ends it.\n", printable(options.file.string()).c_str());
    const auto recorded = record(recorder.value());
    print_tally(recorder.value().tally(), options.file);
    if (!recorded) {
        (void)report(recorded.error());
        return exit_failed;  // Whatever the file does not take, it is not droverd.
    }
    if (const auto wrong = recorder.value().what_went_wrong()) {
        (void)report(*wrong);
        return exit_failed;
    }
    return exit_ok;
}

}  // namespace drover
