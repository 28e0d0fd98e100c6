#include "command/logs_verb.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iterator>
#include <map>
#include <utility>

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "base/json_value.hpp"
#include "base/names.hpp"
#include "command/exit_code.hpp"
#include "command/log_reader.hpp"
#include "command/state_folder.hpp"

namespace drover {
namespace {

std::string readable(const std::string& raw, bool as_json) {
    const auto parsed = parse_json(raw);
    if (as_json || !parsed || !parsed.value().is_object()) {
        return raw;
    }
    const Json& line = parsed.value();
    std::string level = value_or<std::string>(line, "level", "");
    level.resize(std::max<std::size_t>(level.size(), 7), ' ');
    return value_or<std::string>(line, "time", "") + "  " +
           value_or<std::string>(line, "agent", "") + "  " + level + "  " +
           value_or<std::string>(line, "message", "");
}

/// The files of one state directory that were asked for.
class LogFolder {
public:
    LogFolder(const LogsOptions& options, std::filesystem::path folder)
        : options_(options), folder_(std::move(folder)) {
        look_for_files();
    }

    /// The names that have a log.
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names;
        std::error_code failure;
        for (const auto& entry : std::filesystem::directory_iterator(folder_, failure)) {
            if (entry.path().extension() == ".log" && !is_rotated(entry.path().stem())) {
                names.push_back(agent_of_log_stem(entry.path().stem().string()));
            }
        }
        std::ranges::sort(names);
        return names;
    }

    /// What is there of all that was asked for.
    std::vector<LogEntry> read_past() {
        // What is more than the last 100 must be asked for, or come with a question of its own.
        constexpr std::size_t usual_lines = 100;
        const bool is_bounded = options_.since || options_.previous;
        const LogSelection selection{options_.lines.value_or(is_bounded ? SIZE_MAX : usual_lines),
                                     options_.since,
                                     options_.previous};
        std::vector<LogEntry> entries;
        for (auto& [name, log] : logs_) {
            append(entries, log.read_past(selection));
        }
        std::ranges::stable_sort(entries, {}, &LogEntry::time);
        const std::size_t excess = entries.size() - std::min(entries.size(), selection.lines);
        entries.erase(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(excess));
        return entries;
    }

    std::vector<LogEntry> read_new() {
        look_for_files();
        std::vector<LogEntry> entries;
        for (auto& [name, log] : logs_) {
            append(entries, log.read_new());
        }
        std::ranges::stable_sort(entries, {}, &LogEntry::time);
        return entries;
    }

private:
    /// "broker.1" is a rotated part of "broker".
    static bool is_rotated(const std::filesystem::path& stem) {
        const std::string part = stem.extension().string();
        return part.size() > 1 && part.find_first_not_of("0123456789", 1) == std::string::npos;
    }
    void look_for_files() {
        for (const std::string& name : options_.names.empty() ? names() : options_.names) {
            logs_.try_emplace(name, folder_ / (log_stem_of(name) + ".log"));
        }
    }
    static void append(std::vector<LogEntry>& entries, std::vector<LogEntry> more) {
        std::ranges::move(more, std::back_inserter(entries));
    }
    const LogsOptions& options_;
    std::filesystem::path folder_;
    std::map<std::string, LogFileReader> logs_;
};

void print(const std::vector<LogEntry>& entries, bool as_json) {
    for (const LogEntry& entry : entries) {
        std::printf("%s\n", readable(entry.raw, as_json).c_str());
    }
    std::fflush(stdout);
}

/// Waits until something in the folder changes.
void wait_for_change(int watch) {
    pollfd waiting{watch, POLLIN, 0};
    constexpr int longest_ms = 1000;  // Looks again by itself where a folder cannot be watched.
    (void)::poll(&waiting, 1, longest_ms);
    char events[4096];
    while (::read(watch, events, sizeof(events)) > 0) {
    }
}

}  // namespace

int run_logs(const LogsOptions& options) {
    const auto folder = options.state_directory / "logs";
    if (!std::filesystem::exists(folder)) {
        return report({ErrorKind::not_found,
                       "There are no logs in '" + options.state_directory.string() +
                           "': no fleet was started there yet."});
    }
    if (const auto readable = check_readable(folder); !readable) {
        return report(readable.error());
    }
    LogFolder logs(options, folder);
    const auto known = logs.names();
    for (const std::string& name : options.names) {
        if (std::ranges::find(known, name) == known.end()) {
            (void)report(
                {ErrorKind::not_found,
                 "Nothing named '" + name + "' has a log here." + did_you_mean(name, known)});
            return exit_usage;
        }
    }
    const FileDescriptor watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    ::inotify_add_watch(watch.number(), folder.c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO);
    print(logs.read_past(), options.as_json);
    while (options.follow && std::ferror(stdout) == 0) {
        wait_for_change(watch.number());
        print(logs.read_new(), options.as_json);
    }
    return exit_ok;
}

}  // namespace drover
