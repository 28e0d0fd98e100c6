/// Cells and lines of `drover status`.
#include "command/status_table.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <initializer_list>

#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "command/text_table.hpp"

namespace drover {

namespace {

constexpr const char* no_value = "-";

std::string with_one_decimal(double number) {
    std::array<char, 64> text{};
    (void)std::snprintf(text.data(), text.size(), "%.1f", number);
    return text.data();
}

std::string text_cell(const Json& agent, const char* key) {
    const auto text = value_or<std::string>(agent, key, "");
    return text.empty() ? no_value : text;
}

std::string count_cell(const Json& agent, const char* key) {
    const auto found = agent.find(key);
    return found == agent.end() || !found->is_number() ? no_value : to_line(*found);
}

template <typename Format>
std::string number_cell(const Json& agent, const char* key, Format format) {
    const auto found = agent.find(key);
    return found == agent.end() || !found->is_number() ? no_value : format(found->get<double>());
}

std::vector<std::string> cells_of(const Json& agent) {
    return {
        text_cell(agent, "name"),
        text_cell(agent, "state"),
        text_cell(agent, "health"),
        count_cell(agent, "pid"),
        count_cell(agent, "restarts"),
        number_cell(agent, "uptime_seconds", uptime_text),
        count_cell(agent, "messages_in"),
        count_cell(agent, "messages_out"),
        count_cell(agent, "lost"),
        count_cell(agent, "refused"),
        number_cell(
            agent, "cpu_percent", [](double percent) { return with_one_decimal(percent) + " %"; }),
        number_cell(agent, "memory_bytes", bytes_text),
        text_cell(agent, "reason")};
}

std::string headline(const Json& supervisor) {
    std::string line = value_or<std::string>(supervisor, "fleet", "fleet") + ": droverd";
    if (const auto version = value_or<std::string>(supervisor, "version", ""); !version.empty()) {
        line += " " + version;
    }
    line += ", pid " + count_cell(supervisor, "pid");
    return line + ", up " + number_cell(supervisor, "uptime_seconds", uptime_text) + "\n";
}

std::string kill_switch_line(const Json& kill_switch) {
    if (!value_or<bool>(kill_switch, "engaged", false)) {
        return "";
    }
    const auto part = [&](const char* before, const char* key) {
        const auto text = value_or<std::string>(kill_switch, key, "");
        return text.empty() ? text : before + printable(text);
    };
    return "The kill switch is ENGAGED" + part(" since ", "changed") + part(" by ", "who") +
           part(": ", "reason") + "\n";
}

std::uint64_t count_in(const Json& counts, const char* key) {
    return value_or<std::uint64_t>(counts, key, 0);
}

struct NamedCount {
    const char* key;
    const char* words;
};

/// "2 gated, 10 beyond a quota": those that are not 0.
std::string causes_text(const Json& counts, std::initializer_list<NamedCount> causes) {
    std::string text;
    for (const NamedCount& cause : causes) {
        if (const auto count = count_in(counts, cause.key); count > 0) {
            text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + cause.words;
        }
    }
    return text;
}

/// "risk: refused 12 (2 gated, 10 beyond its quota); 3 replaced by newer ones\n", or nothing.
std::string counts_line(const Json& agent) {
    const Json by = value_or<Json>(agent, "refused_by", Json());
    if (!by.is_object()) {
        return "";  // No process, or a droverd that does not count so.
    }
    const std::string causes =
        causes_text(by, {{"denied", "denied"}, {"gated", "gated"}, {"quota", "beyond a quota"}});
    std::string text;
    const auto join = [&text](const std::string& part) {
        text += (text.empty() ? "" : "; ") + part;
    };
    if (!causes.empty()) {
        join("refused " + to_line(Json(count_in(agent, "refused"))) + " (" + causes + ")");
    }
    const std::string lost = causes_text(value_or<Json>(agent, "lost_by", Json::object()),
                                         {{"queue_full", "in full queues"},
                                          {"link_ended", "with links that ended"},
                                          {"instance_down", "for instances that were down"},
                                          {"other", "otherwise"}});
    if (!lost.empty()) {
        join("lost " + to_line(Json(count_in(agent, "lost"))) + " (" + lost + ")");
    }
    if (const auto replaced = count_in(agent, "replaced"); replaced > 0) {
        join(std::to_string(replaced) + " replaced by newer ones");
    }
    if (const auto voided = count_in(agent, "voided"); voided > 0) {
        join(std::to_string(voided) + " void, not handed over");
    }
    if (const auto malformed = count_in(agent, "malformed"); malformed > 0) {
        join(std::to_string(malformed) + " malformed frames, not taken");
    }
    return text.empty() ? "" : value_or<std::string>(agent, "name", "") + ": " + text + ".\n";
}

/// Who is no receiver of durable messages any more and still holds the log.
std::string parked_line(const Json& cursor) {
    const auto name = value_or<std::string>(cursor, "name", "");
    return "The durable log is kept from position " +
           std::to_string(count_in(cursor, "handled") + 1) + " on for " + name +
           ", which is no receiver any more; 'drover log forget " + name + "' lets it go.\n";
}

/// Of an agent whose process ended over a durable message and that is to be tried again; of one
/// that has failed over it the reason tells.
std::string poison_line(const Json& agent) {
    const Json poison = value_or<Json>(agent, "poison", Json());
    if (!poison.is_object() || value_or<std::string>(agent, "state", "") == "failed") {
        return "";
    }
    const auto crashes = count_in(poison, "crashes");
    const auto topic = value_or<std::string>(poison, "topic", "");
    const auto publisher = value_or<std::string>(poison, "publisher", "");
    return value_or<std::string>(agent, "name", "") + ": ended " + std::to_string(crashes) +
           (crashes == 1 ? " time" : " times") + " over the durable message at position " +
           std::to_string(count_in(poison, "position")) +
           (topic.empty() ? "" : " (" + topic + " of " + publisher + ")") + "; after " +
           std::to_string(count_in(poison, "most_crashes")) + " it is not tried again.\n";
}

std::string lines_below(const Json& supervisor) {
    std::string text;
    if (value_or<bool>(supervisor, "shutting_down", false)) {
        text += "The fleet is shutting down.\n";
    }
    if (const auto reason = value_or<std::string>(supervisor, "health_reason", "");
        !reason.empty()) {
        text += "droverd is degraded: " + printable(reason) + "\n";
    }
    text += kill_switch_line(value_or<Json>(supervisor, "kill_switch", Json::object()));
    for (const Json& warning : value_or<Json>(supervisor, "warnings", Json::array())) {
        text += "warning: " + printable(warning.get<std::string>()) + "\n";
    }
    if (const auto note = value_or<std::string>(supervisor, "file_note", ""); !note.empty()) {
        text += printable(note) + "\n";
    }
    for (const Json& cursor : value_or<Json>(supervisor, "parked", Json::array())) {
        text += parked_line(cursor);
    }
    std::string names;
    const Json replay = value_or<Json>(supervisor, "replay", Json::object());
    for (const Json& name : value_or<Json>(replay, "waiting_for", Json::array())) {
        names += (names.empty() ? "" : ", ") + name.get<std::string>();
    }
    if (!names.empty()) {
        text += "The replay is paused and waits for " + names + ".\n";
    }
    return text;
}

}  // namespace

std::string uptime_text(double seconds) {
    constexpr std::int64_t minute = 60;
    constexpr std::int64_t hour = 60 * minute;
    constexpr std::int64_t day = 24 * hour;
    const auto whole = static_cast<std::int64_t>(seconds);
    const auto two =
        [&](std::int64_t unit, const char* name, std::int64_t rest_unit, const char* rest_name) {
            const std::int64_t rest = whole % unit / rest_unit;
            return std::to_string(whole / unit) + " " + name +
                   (rest == 0 ? "" : " " + std::to_string(rest) + " " + rest_name);
        };
    if (whole < minute) {
        return std::to_string(whole) + " s";
    }
    if (whole < hour) {
        return two(minute, "min", 1, "s");
    }
    return whole < day ? two(hour, "h", minute, "min") : two(day, "d", hour, "h");
}

std::string bytes_text(double bytes) {
    constexpr double step = 1000;
    constexpr std::array units{"kB", "MB", "GB", "TB"};
    if (bytes < step) {
        return std::to_string(static_cast<std::int64_t>(bytes)) + " B";
    }
    std::size_t unit = 0;
    bytes /= step;
    while (bytes >= step && unit + 1 < units.size()) {
        bytes /= step;
        ++unit;
    }
    return with_one_decimal(bytes) + " " + units[unit];
}

std::string status_text(const Json& document, std::size_t width) {
    TextTable table({{"NAME"},
                     {"STATE"},
                     {"HEALTH"},
                     {"PID", true, 3},
                     {"RESTARTS", true, 2},
                     {"UPTIME", true, 4},
                     {"IN", true, 5},
                     {"OUT", true, 6},
                     {"LOST", true, 7},
                     {"REFUSED", true, 8},
                     {"CPU", true, 9},
                     {"MEMORY", true, 10},
                     {"REASON"}});
    for (const Json& agent : value_or<Json>(document, "agents", Json::array())) {
        table.add(cells_of(agent));
    }
    const Json supervisor = value_or<Json>(document, "supervisor", Json::object());
    std::string below = lines_below(supervisor);
    for (const Json& agent : value_or<Json>(document, "agents", Json::array())) {
        below += counts_line(agent) + poison_line(agent);
    }
    return headline(supervisor) + "\n" + table.text(width) + (below.empty() ? "" : "\n" + below);
}

}  // namespace drover
