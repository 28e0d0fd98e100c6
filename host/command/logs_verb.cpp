#include "command/logs_verb.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <map>
#include <utility>

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "base/json_value.hpp"
#include "base/names.hpp"
#include "command/exit_code.hpp"

namespace drover {
namespace {

/// One log file that is read on as it grows. Rotation replaces the file: it is then read anew.
class LogFile {
public:
    explicit LogFile(std::filesystem::path file) : file_(std::move(file)) {}

    std::vector<std::string> read_new() {
        std::vector<std::string> lines;
        std::error_code failure;
        const auto size = std::filesystem::file_size(file_, failure);
        if (failure || size == read_) {
            return lines;
        }
        if (size < read_) {
            read_ = 0;
        }
        std::ifstream input(file_, std::ios::binary);
        input.seekg(static_cast<std::streamoff>(read_));
        std::string line;
        while (std::getline(input, line)) {
            if (input.eof()) {
                break;  // Not complete yet.
            }
            read_ += line.size() + 1;
            lines.push_back(std::move(line));
        }
        return lines;
    }

private:
    std::filesystem::path file_;
    std::uintmax_t read_ = 0;
};

struct LogLine {
    std::string time;
    std::string text;
};

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

LogLine log_line_of(const std::string& raw, bool as_json) {
    const auto parsed = parse_json(raw);
    return {parsed && parsed.value().is_object() ? value_or<std::string>(parsed.value(), "time", "")
                                                 : std::string(),
            readable(raw, as_json)};
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
                names.push_back(entry.path().stem().string());
            }
        }
        std::ranges::sort(names);
        return names;
    }

    std::vector<LogLine> read_new() {
        look_for_files();
        std::vector<LogLine> lines;
        for (auto& [name, file] : files_) {
            for (const std::string& raw : file.read_new()) {
                lines.push_back(log_line_of(raw, options_.as_json));
            }
        }
        std::ranges::stable_sort(lines, {}, &LogLine::time);
        return lines;
    }

private:
    /// "broker.1" is a rotated part of "broker".
    static bool is_rotated(const std::filesystem::path& stem) {
        const std::string part = stem.extension().string();
        return part.size() > 1 && part.find_first_not_of("0123456789", 1) == std::string::npos;
    }
    void look_for_files() {
        for (const std::string& name : options_.names.empty() ? names() : options_.names) {
            files_.try_emplace(name, folder_ / (name + ".log"));
        }
    }
    const LogsOptions& options_;
    std::filesystem::path folder_;
    std::map<std::string, LogFile> files_;
};

void print(const std::vector<LogLine>& lines, std::size_t most) {
    const std::size_t first = lines.size() > most ? lines.size() - most : 0;
    for (std::size_t index = first; index < lines.size(); ++index) {
        std::printf("%s\n", lines[index].text.c_str());
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
    print(logs.read_new(), options.lines);
    while (options.follow && std::ferror(stdout) == 0) {
        wait_for_change(watch.number());
        print(logs.read_new(), SIZE_MAX);
    }
    return exit_ok;
}

}  // namespace drover
