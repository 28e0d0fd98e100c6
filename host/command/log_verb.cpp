#include "command/log_verb.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>
#include <utility>

#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/person.hpp"
#include "command/status_table.hpp"
#include "command/text_table.hpp"
#include "durable_log/log_status.hpp"
#include "durable_log/log_upkeep.hpp"
#include "process/state_lock.hpp"
#include "process/state_version.hpp"
#include "supervisor/agent_state.hpp"

namespace drover {
namespace {

const char* word_of(LogWish wish) {
    switch (wish) {
        case LogWish::stat:
            return "stat";
        case LogWish::trim:
            return "trim";
        case LogWish::skip:
            return "skip";
        case LogWish::forget:
            return "forget";
    }
    return "";
}

std::string number(const Json& object, const char* key) {
    return std::to_string(value_or<std::uint64_t>(object, key, 0));
}

Result<Json> ask_droverd(ControlClient& client, const LogVerbOptions& options) {
    return client.call("log",
                       {{"what", word_of(options.wish)},
                        {"name", options.name},
                        {"position", options.position},
                        {"by", wished_by(std::string("log ") + word_of(options.wish))}},
                       2 * answer_time);
}

Result<Json> status_on_disk(const std::filesystem::path& folder) {
    const auto log = recover_log(folder, false);
    if (!log) {
        return log.error();
    }
    if (!log.value()) {
        return Error{ErrorKind::not_found,
                     "There is no durable log in '" + folder.string() +
                         "': no fleet with durable topics was started there yet."};
    }
    return to_json(status_of(*log.value(), folder));
}

/// While no fleet runs there.
Result<Json> look_at_disk(const LogVerbOptions& options) {
    const auto folder = options.state_directory / "router" / "log";
    // A log that grows under its reader would look damaged.
    if (const auto holder = StateLock::holder(options.state_directory)) {
        return Error{ErrorKind::refused,
                     "droverd with process id " + *holder + " works in '" +
                         options.state_directory.string() +
                         "' and does not answer now: ask again."};
    }
    if (auto usable = check_state_version(options.state_directory); !usable) {
        return usable.error();
    }
    if (options.wish == LogWish::stat) {
        return status_on_disk(folder);
    }
    if (const auto known = status_on_disk(folder); !known) {
        return known;  // Before a lock makes a state directory that there is none of.
    }
    const auto lock = StateLock::take(options.state_directory);
    if (!lock) {
        return lock.error();
    }
    const LogUpkeep wish{options.wish == LogWish::skip     ? LogUpkeep::What::skip
                         : options.wish == LogWish::forget ? LogUpkeep::What::forget
                                                           : LogUpkeep::What::trim,
                         options.name,
                         options.position};
    if (auto done = keep_up(folder, wish); !done) {
        return done.error();
    }
    return status_on_disk(folder);
}

std::string skips_text(const Json& receiver) {
    std::string text;
    for (const Json& skip : value_or<Json>(receiver, "skips", Json::array())) {
        text += (text.empty() ? "skips " : ", ") + std::to_string(skip.get<std::uint64_t>());
    }
    if (value_or<bool>(receiver, "parked", false)) {
        text += std::string(text.empty() ? "" : "; ") +
                "parked: it is no receiver any more, and the log is kept for it until `drover log "
                "forget`";
    }
    if (const auto away = value_or<std::string>(receiver, "away", ""); !away.empty()) {
        const auto name = value_or<std::string>(receiver, "name", "");
        const std::string way_back = away == text_of(AgentState::disabled)
                                         ? "`enabled: true` in the file and `drover apply`"
                                         : "`drover start " + name + "`";
        text += (text.empty() ? "is " : "; is ") + away +
                ": nobody else gets what it has not handled; " + way_back +
                ", or give it up with `drover log forget " + name + "`";
    }
    return text;
}

/// Who has which of an agent's partitions, and how far they are: a line for each owner.
void add_shares(TextTable& table, const Json& share) {
    const Json cursors = value_or<Json>(share, "cursors", Json::array());
    for (const Json& owner : value_or<Json>(share, "owners", Json::array())) {
        std::uint64_t slowest = std::numeric_limits<std::uint64_t>::max();
        const Json partitions = value_or<Json>(owner, "partitions", Json::array());
        for (const Json& partition : partitions) {
            slowest =
                std::min(slowest, cursors.at(partition.get<std::size_t>()).get<std::uint64_t>());
        }
        table.add({value_or<std::string>(owner, "name", ""),
                   std::to_string(partitions.size()),
                   partitions.empty() ? "" : std::to_string(slowest),
                   value_or<std::string>(owner, "ranges", "")});
    }
    for (const Json& other : value_or<Json>(share, "settling", Json::array())) {
        table.add({value_or<std::string>(other, "name", ""),
                   "",
                   number(other, "effective"),
                   "must handle what it was given before, up to " + number(other, "until")});
    }
}

std::string shares_text(const Json& status) {
    TextTable table({{"SHARED BY KEY"}, {"PARTITIONS", true}, {"HANDLED", true}, {"WHICH"}});
    const Json shares = value_or<Json>(status, "shared", Json::array());
    for (const Json& share : shares) {
        add_shares(table, share);
    }
    return shares.empty() ? "" : "\n" + table.text(terminal_width());
}

}  // namespace

std::string log_text(const Json& status) {
    std::string text = "log        " + value_or<std::string>(status, "log", "") + "\n" +
                       "folder     " + value_or<std::string>(status, "folder", "") + "\n" +
                       "positions  " + number(status, "first") + " to " + number(status, "head") +
                       "\n" + "on disk    " + bytes_text(value_or<double>(status, "size", 0)) +
                       " in " + number(status, "segments") + " segments";
    if (status.contains("max_size")) {
        text += ", at most " + bytes_text(value_or<double>(status, "max_size", 0));
    }
    text += "\n";
    if (const auto trouble = value_or<std::string>(status, "trouble", ""); !trouble.empty()) {
        text += "trouble    " + printable(trouble) + "\n";
    }
    TextTable table({{"RECEIVER"}, {"HANDLED", true}, {"BEHIND", true}, {"NOTE"}});
    const Json receivers = value_or<Json>(status, "receivers", Json::array());
    for (const Json& receiver : receivers) {
        table.add({value_or<std::string>(receiver, "name", ""),
                   number(receiver, "effective"),
                   number(receiver, "behind"),
                   skips_text(receiver)});
    }
    return receivers.empty() ? text
                             : text + "\n" + table.text(terminal_width()) + shares_text(status);
}

int run_log(const LogVerbOptions& options) {
    constexpr std::chrono::milliseconds patience = std::chrono::seconds(2);
    auto client = ControlClient::connect(options.state_directory, patience);
    const bool runs = client.has_value();
    // Who has the state directory and does not listen is told of by look_at_disk.
    const bool is_silent = !runs && (client.error().kind == ErrorKind::unavailable ||
                                     client.error().kind == ErrorKind::timed_out);
    if (!runs && !is_silent) {
        return report(client.error());
    }
    const auto status = runs ? ask_droverd(client.value(), options) : look_at_disk(options);
    if (!status) {
        return runs ? report_answer(status.error()) : report(status.error());
    }
    std::fputs(options.as_json ? (to_line(status.value()) + "\n").c_str()
                               : log_text(status.value()).c_str(),
               stdout);
    return exit_ok;
}

}  // namespace drover
