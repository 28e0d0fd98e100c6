/// Sorting, rates and lines.
#include "command/top_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "command/fleet_snapshot.hpp"
#include "command/status_table.hpp"
#include "command/text_table.hpp"

namespace drover {

namespace {

struct ColumnEntry {
    TopColumn column;
    const char* key;
    const char* title;
    bool is_descending;
};

constexpr std::array columns_of_top{ColumnEntry{TopColumn::name, "n", "NAME", false},
                                    ColumnEntry{TopColumn::state, "s", "STATE", false},
                                    ColumnEntry{TopColumn::cpu, "c", "CPU", true},
                                    ColumnEntry{TopColumn::memory, "m", "MEMORY", true},
                                    ColumnEntry{TopColumn::in, "i", "IN/S", true},
                                    ColumnEntry{TopColumn::out, "o", "OUT/S", true},
                                    ColumnEntry{TopColumn::lost, "l", "LOST", true},
                                    ColumnEntry{TopColumn::restarts, "r", "RESTARTS", true},
                                    ColumnEntry{TopColumn::uptime, "u", "UPTIME", true}};

const ColumnEntry& entry_of(TopColumn column) {
    return *std::ranges::find(columns_of_top, column, &ColumnEntry::column);
}

std::string one_decimal(double number) {
    std::array<char, 64> text{};
    (void)std::snprintf(text.data(), text.size(), "%.1f", number);
    return text.data();
}

double number_of(const Json& agent, const char* key) {
    return value_or<double>(agent, key, -1);
}

std::string count_text(const Json& agent, const char* key) {
    const auto found = agent.find(key);
    return found == agent.end() || !found->is_number() ? "-" : to_line(*found);
}

std::string rate_text(std::optional<double> rate) {
    return rate ? one_decimal(*rate) : "-";
}

/// What an agent is sorted by: a number, then a text.
std::pair<double, std::string> sort_value(const Json& agent,
                                          const TopRates& rates,
                                          TopColumn column) {
    const auto name = value_or<std::string>(agent, "name", "");
    switch (column) {
        case TopColumn::state:
            return {0, value_or<std::string>(agent, "state", "")};
        case TopColumn::cpu:
            return {number_of(agent, "cpu_percent"), ""};
        case TopColumn::memory:
            return {number_of(agent, "memory_bytes"), ""};
        case TopColumn::in:
            return {rates.in(name).value_or(-1), ""};
        case TopColumn::out:
            return {rates.out(name).value_or(-1), ""};
        case TopColumn::lost:
            return {number_of(agent, "lost"), ""};
        case TopColumn::restarts:
            return {number_of(agent, "restarts"), ""};
        case TopColumn::uptime:
            return {number_of(agent, "uptime_seconds"), ""};
        case TopColumn::name:
            break;
    }
    return {0, name};
}

std::vector<Json> sorted_agents(const Json& document, const TopRates& rates, const TopView& view) {
    std::vector<Json> agents;
    for (const Json& agent : value_or<Json>(document, "agents", Json::array())) {
        agents.push_back(agent);
    }
    const bool is_falling = is_descending(view.sorted_by) != view.is_reversed;
    std::ranges::stable_sort(agents, [&](const Json& left, const Json& right) {
        const auto of_left = sort_value(left, rates, view.sorted_by);
        const auto of_right = sort_value(right, rates, view.sorted_by);
        return is_falling ? of_right < of_left : of_left < of_right;
    });
    return agents;
}

std::string screen_headline(const Json& document) {
    const Json supervisor = value_or<Json>(document, "supervisor", Json::object());
    const std::string uptime = uptime_text(value_or<double>(supervisor, "uptime_seconds", 0));
    std::string line = printable(value_or<std::string>(supervisor, "fleet", "fleet")) +
                       ": droverd, pid " + count_text(supervisor, "pid") + ", up " + uptime;
    if (value_or<bool>(supervisor, "shutting_down", false)) {
        line += ", shutting down";
    }
    const Json kill_switch = value_or<Json>(supervisor, "kill_switch", Json::object());
    if (value_or<bool>(kill_switch, "engaged", false)) {
        line += ", kill switch ENGAGED";
    }
    return line;
}

std::string totals(const Json& document) {
    std::size_t well = 0;
    std::size_t troubled = 0;
    const FleetSnapshot fleet = read_fleet_snapshot(document);
    for (const AgentSnapshot& agent : fleet.agents) {
        well += agent.is_well() ? 1U : 0U;
        troubled += agent.is_troubled() ? 1U : 0U;
    }
    double percent = 0;
    double bytes = 0;
    for (const Json& agent : value_or<Json>(document, "agents", Json::array())) {
        percent += std::max(number_of(agent, "cpu_percent"), 0.0);
        bytes += std::max(number_of(agent, "memory_bytes"), 0.0);
    }
    return std::to_string(fleet.agents.size()) + " processes, " + std::to_string(well) +
           " running and healthy, " + std::to_string(troubled) + " in trouble; CPU " +
           one_decimal(percent) + " %, memory " + bytes_text(bytes);
}

std::vector<std::string> cells_of(const Json& agent, const TopRates& rates, bool with_reason) {
    const auto name = value_or<std::string>(agent, "name", "");
    const double percent = number_of(agent, "cpu_percent");
    const double bytes = number_of(agent, "memory_bytes");
    const double seconds = number_of(agent, "uptime_seconds");
    std::vector<std::string> cells{name,
                                   value_or<std::string>(agent, "state", ""),
                                   value_or<std::string>(agent, "health", ""),
                                   percent < 0 ? "-" : one_decimal(percent) + " %",
                                   bytes < 0 ? "-" : bytes_text(bytes),
                                   rate_text(rates.in(name)),
                                   rate_text(rates.out(name)),
                                   count_text(agent, "lost"),
                                   count_text(agent, "restarts"),
                                   seconds < 0 ? "-" : uptime_text(seconds)};
    if (with_reason) {
        cells.push_back(value_or<std::string>(agent, "reason", ""));
    }
    return cells;
}

std::string title_of(TopColumn column, const TopView& view) {
    const ColumnEntry& entry = entry_of(column);
    return std::string(entry.title) + (column == view.sorted_by ? "*" : "");
}

/// Without the reason, where there is no room for it beside the numbers: `status` has it.
TextTable empty_table(const TopView& view, bool with_reason) {
    std::vector<TableColumn> columns{{title_of(TopColumn::name, view)},
                                     {title_of(TopColumn::state, view)},
                                     {"HEALTH", false, 4},
                                     {title_of(TopColumn::cpu, view), true},
                                     {title_of(TopColumn::memory, view), true, 1},
                                     {title_of(TopColumn::in, view), true, 2},
                                     {title_of(TopColumn::out, view), true, 3},
                                     {title_of(TopColumn::lost, view), true, 6},
                                     {title_of(TopColumn::restarts, view), true, 5},
                                     {title_of(TopColumn::uptime, view), true, 7}};
    if (with_reason) {
        columns.push_back({"REASON"});
    }
    return TextTable(std::move(columns));
}

}  // namespace

std::optional<TopColumn> column_of_key(const std::string& key) {
    const auto* const found = std::ranges::find_if(
        columns_of_top, [&](const ColumnEntry& entry) { return key == entry.key; });
    return found == columns_of_top.end() ? std::nullopt : std::optional(found->column);
}

TopColumn next_column(TopColumn column, int steps) {
    const auto count = static_cast<int>(columns_of_top.size());
    const auto at = static_cast<int>(&entry_of(column) - columns_of_top.data());
    return columns_of_top[static_cast<std::size_t>(((at + steps) % count + count) % count)].column;
}

bool is_descending(TopColumn column) {
    return entry_of(column).is_descending;
}

void TopRates::look(const Json& document, std::chrono::steady_clock::time_point now) {
    const double seconds = looked_ ? std::chrono::duration<double>(now - *looked_).count() : 0;
    looked_ = now;
    std::map<std::string, Counts> counts;
    for (const Json& agent : value_or<Json>(document, "agents", Json::array())) {
        const auto name = value_or<std::string>(agent, "name", "");
        Counts seen{value_or<int>(agent, "pid", -1),
                    number_of(agent, "messages_in"),
                    number_of(agent, "messages_out")};
        const auto before = counts_.find(name);
        const bool is_same_life =
            before != counts_.end() && before->second.pid == seen.pid && seen.pid > 0;
        if (is_same_life && seconds > 0) {
            seen.in_rate = std::max(seen.in - before->second.in, 0.0) / seconds;
            seen.out_rate = std::max(seen.out - before->second.out, 0.0) / seconds;
        }
        counts.emplace(name, seen);
    }
    counts_ = std::move(counts);
}

std::optional<double> TopRates::in(const std::string& agent) const {
    const auto found = counts_.find(agent);
    return found == counts_.end() ? std::nullopt : found->second.in_rate;
}

std::optional<double> TopRates::out(const std::string& agent) const {
    const auto found = counts_.find(agent);
    return found == counts_.end() ? std::nullopt : found->second.out_rate;
}

std::string top_text(const Json& document,
                     const TopRates& rates,
                     TopView& view,
                     std::size_t rows,
                     std::size_t columns) {
    constexpr std::size_t lines_around = 5;  // Headline, totals, blank, titles, keys.
    const std::vector<Json> agents = sorted_agents(document, rates, view);
    const std::size_t room = rows > lines_around ? rows - lines_around : 1;
    const std::size_t last_first = agents.size() > room ? agents.size() - room : 0;
    view.first = std::min(view.first, last_first);
    constexpr std::size_t room_for_reasons = 120;
    const bool with_reason = columns >= room_for_reasons;
    TextTable table = empty_table(view, with_reason);
    for (std::size_t index = view.first; index < agents.size() && index < view.first + room;
         ++index) {
        table.add(cells_of(agents[index], rates, with_reason));
    }
    std::string more;
    if (last_first > 0) {
        more = "  " + std::to_string(view.first + 1) + "-" +
               std::to_string(std::min(view.first + room, agents.size())) + " of " +
               std::to_string(agents.size()) + ", arrows scroll";
    }
    return screen_headline(document) + "\n" + totals(document) + "\n\n" + table.text(columns) +
           "q quit  < > n s c m i o l r u sort  R reverse" + more + "\n";
}

}  // namespace drover
