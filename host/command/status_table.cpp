#include "command/status_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/json_value.hpp"

namespace drover {
namespace {

using Cells = std::vector<std::string>;

const Cells titles{"NAME",
                   "STATE",
                   "HEALTH",
                   "PID",
                   "RESTARTS",
                   "UPTIME",
                   "IN",
                   "OUT",
                   "LOST",
                   "REFUSED",
                   "CPU",
                   "MEMORY",
                   "REASON"};

template <typename... Values>
std::string formatted(const char* format, Values... values) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, values...);
    return text.data();
}

std::string text_of(const Json& agent, const char* key) {
    const auto value = agent.find(key);
    if (value == agent.end() || value->is_null()) {
        return "-";
    }
    return value->is_string() ? value->get<std::string>() : to_line(*value);
}

template <typename Format>
std::string number_of(const Json& agent, const char* key, Format format) {
    const auto value = agent.find(key);
    return value == agent.end() || !value->is_number() ? "-" : format(value->get<double>());
}

Cells cells_of(const Json& agent) {
    return {text_of(agent, "name"),
            text_of(agent, "state"),
            text_of(agent, "health"),
            text_of(agent, "pid"),
            text_of(agent, "restarts"),
            number_of(agent, "uptime_seconds", duration_text),
            text_of(agent, "messages_in"),
            text_of(agent, "messages_out"),
            text_of(agent, "lost"),
            text_of(agent, "refused"),
            number_of(
                agent, "cpu_percent", [](double percent) { return formatted("%.1f%%", percent); }),
            number_of(agent, "memory_bytes", size_text),
            text_of(agent, "reason")};
}

/// Whether a column holds numbers, which stand to the right.
bool is_right_aligned(std::size_t column) {
    return column >= 3 && column + 1 < titles.size();
}

/// Cuts to `width` bytes, at the start of a UTF-8 character.
std::string cut(std::string line, std::size_t width) {
    if (line.size() <= width || width < 4) {
        return line;
    }
    std::size_t end = width - 1;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return line.substr(0, end) + "…";
}

}  // namespace

std::string duration_text(double seconds) {
    constexpr double minute = 60;
    constexpr double hour = 3600;
    constexpr double day = 86400;
    if (seconds < minute) {
        return formatted("%.1f s", seconds);
    }
    if (seconds < 2 * hour) {
        return formatted("%.0f min", seconds / minute);
    }
    return seconds < 2 * day ? formatted("%.0f h", seconds / hour)
                             : formatted("%.0f d", seconds / day);
}

std::string size_text(double bytes) {
    constexpr double step = 1024;
    if (bytes < step * step) {
        return formatted("%.0f KiB", bytes / step);
    }
    return bytes < step * step * step ? formatted("%.1f MiB", bytes / (step * step))
                                      : formatted("%.2f GiB", bytes / (step * step * step));
}

std::string status_table(const std::vector<Json>& agents, std::size_t width) {
    std::vector<Cells> rows{titles};
    for (const Json& agent : agents) {
        rows.push_back(cells_of(agent));
    }
    std::vector<std::size_t> widths(titles.size(), 0);
    for (const Cells& row : rows) {
        for (std::size_t column = 0; column < row.size(); ++column) {
            widths[column] = std::max(widths[column], row[column].size());
        }
    }
    std::string table;
    for (const Cells& row : rows) {
        std::string line;
        for (std::size_t column = 0; column < row.size(); ++column) {
            const std::string padding(widths[column] - row[column].size(), ' ');
            const bool is_last = column + 1 == row.size();
            line += is_right_aligned(column) ? padding + row[column]
                                             : row[column] + (is_last ? "" : padding);
            line += is_last ? "" : "  ";
        }
        table += cut(std::move(line), width) + "\n";
    }
    return table;
}

std::string status_head(const Json& supervisor) {
    std::string head = "fleet " + text_of(supervisor, "fleet") + ", droverd " +
                       text_of(supervisor, "pid") + " (guard " + text_of(supervisor, "guard_pid") +
                       "), up " + number_of(supervisor, "uptime_seconds", duration_text) + "\n";
    if (const auto warnings = supervisor.find("warnings");
        warnings != supervisor.end() && warnings->is_array()) {
        for (const Json& warning : *warnings) {
            head += "warning: " +
                    (warning.is_string() ? warning.get<std::string>() : to_line(warning)) + "\n";
        }
    }
    if (const auto kill_switch = supervisor.find("kill_switch");
        kill_switch != supervisor.end() && kill_switch->is_object() &&
        value_or(*kill_switch, "engaged", false)) {
        head += "THE KILL SWITCH IS ENGAGED: " +
                value_or<std::string>(*kill_switch, "reason", "no reason was given") + "\n";
    }
    if (const auto replay = supervisor.find("replay");
        replay != supervisor.end() && replay->is_object()) {
        std::string names;
        for (const Json& name : value_or(*replay, "waiting_for", Json::array())) {
            names += (names.empty() ? "" : ", ") + name.get<std::string>();
        }
        head += names.empty() ? "" : "the replay waits for: " + names + "\n";
    }
    return head;
}

}  // namespace drover
