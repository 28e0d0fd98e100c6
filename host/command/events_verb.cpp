/// Choosing from the records, and following them.
#include "command/events_verb.hpp"

#include <algorithm>
#include <cstdio>
#include <deque>
#include <set>
#include <utility>

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "base/names.hpp"
#include "command/colour.hpp"
#include "command/event_text.hpp"
#include "command/exit_code.hpp"
#include "command/state_folder.hpp"
#include "events/event_reader.hpp"

namespace drover {

namespace {

constexpr std::size_t default_lines = 100;

template <typename Value>
bool is_among(const std::vector<Value>& chosen, const Value& value) {
    return chosen.empty() || std::ranges::find(chosen, value) != chosen.end();
}

class EventPrinter {
public:
    explicit EventPrinter(const EventsOptions& options)
        : options_(options), reader_(options.state_directory / "events"), text_(wants_colour()) {}

    /// Prints what the past has, at most as many as were asked for.
    void print_past() {
        const std::size_t most = options_.lines.value_or(options_.since ? SIZE_MAX : default_lines);
        std::deque<std::pair<FleetEvent, std::string>> past;
        reader_.read_new([&](const FleetEvent& event, const std::string& line) {
            names_.insert(event.agent);
            if (is_wanted(event)) {
                past.emplace_back(event, line);
                if (past.size() > most) {
                    past.pop_front();
                }
            }
        });
        for (const auto& [event, line] : past) {
            text_.note(event);
        }
        for (const auto& [event, line] : past) {
            print(event, line);
        }
        (void)std::fflush(stdout);
    }
    void print_new() {
        reader_.read_new([this](const FleetEvent& event, const std::string& line) {
            if (is_wanted(event)) {
                print(event, line);
            }
        });
        (void)std::fflush(stdout);
    }
    /// A name that no record has; nothing when all are known.
    [[nodiscard]] std::optional<std::string> unknown_name() const {
        const auto unknown = std::ranges::find_if(
            options_.names, [this](const std::string& name) { return !names_.contains(name); });
        return unknown == options_.names.end() ? std::nullopt : std::optional(*unknown);
    }
    [[nodiscard]] std::vector<std::string> names() const { return {names_.begin(), names_.end()}; }

private:
    [[nodiscard]] bool is_wanted(const FleetEvent& event) const {
        return is_among(options_.names, event.agent) && is_among(options_.kinds, event.kind) &&
               (!options_.since || event.time >= *options_.since);
    }
    void print(const FleetEvent& event, const std::string& line) {
        (void)std::printf("%s\n", options_.as_json ? line.c_str() : text_.line(event).c_str());
    }

    const EventsOptions& options_;
    EventReader reader_;
    EventText text_;
    std::set<std::string> names_;
};

/// Waits until something in the folder changes, or the one who reads standard output is gone.
/// False then.
bool wait_for_change(int watch) {
    pollfd waiting[] = {{watch, POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
    (void)::poll(waiting, 2, -1);
    char changes[4096];
    while (::read(watch, changes, sizeof changes) > 0) {
    }
    return (waiting[1].revents & (POLLERR | POLLHUP)) == 0;
}

int follow(EventPrinter& events, const std::filesystem::path& folder) {
    const FileDescriptor watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (::inotify_add_watch(watch.number(), folder.c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO) <
        0) {
        return report(
            {ErrorKind::invalid,
             "The folder " + folder.string() + " cannot be watched for changes; look without -f."});
    }
    events.print_new();  // What came before the watch.
    while (std::ferror(stdout) == 0 && wait_for_change(watch.number())) {
        events.print_new();
    }
    return exit_ok;
}

}  // namespace

int run_events(const EventsOptions& options) {
    const auto folder = options.state_directory / "events";
    if (!std::filesystem::exists(folder)) {
        return report({ErrorKind::not_found,
                       "There are no events in '" + options.state_directory.string() +
                           "': no fleet was started there yet."});
    }
    if (const auto readable = check_readable(folder); !readable) {
        return report(readable.error());
    }
    EventPrinter events(options);
    events.print_past();
    if (const auto unknown = events.unknown_name()) {
        const std::string sentence =
            "No event of '" + *unknown + "' is recorded." + did_you_mean(*unknown, events.names());
        if (!options.follow) {
            (void)report({ErrorKind::not_found, sentence});
            return exit_usage;
        }
        (void)std::fprintf(stderr, "drover: %s Waiting for one.\n", sentence.c_str());
    }
    return options.follow ? follow(events, folder) : exit_ok;
}

}  // namespace drover
