#include "bench/report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <thread>

#include <nlohmann/json.hpp>
#include <sys/utsname.h>

#include "bench/statistics.hpp"

namespace drover::bench {
namespace {

using Row = std::vector<std::string>;

constexpr double tail = 0.99;

const Row head{
    "what", "unit", "min", "median", "p99", "beside", "its median", "ratio", "target", ""};

std::string formatted(const char* format, double number) {
    std::array<char, 64> text{};
    (void)std::snprintf(text.data(), text.size(), format, number);
    return text.data();
}

/// Three significant digits; millions and thousands by letter.
std::string short_number(double number) {
    constexpr double million = 1e6;
    constexpr double many_thousands = 1e4;
    const double size = std::abs(number);
    if (size >= million) {
        return formatted("%.2f M", number / million);
    }
    if (size >= many_thousands) {
        return formatted("%.0f k", number / 1000);
    }
    return formatted(size >= 100  ? "%.0f"
                     : size >= 10 ? "%.1f"
                     : size >= 1  ? "%.2f"
                                  : "%.3f",
                     number);
}

std::string target_text(const Figure& figure) {
    std::string text;
    for (const Target& target : figure.targets) {
        text += text.empty() ? "" : ", ";
        text += target.bound == Target::Bound::at_most ? "≤ " : "≥ ";
        text += target.of == Target::Of::ratio ? formatted("%g ×", target.limit)
                                               : short_number(target.limit);
        text += target.judged_by_worst ? " in each run" : "";
    }
    return text;
}

std::string verdict(const Figure& figure) {
    const auto met = figure.is_met();
    if (!met || *met) {
        return met ? "met" : "";
    }
    const std::size_t misses = figure.runs_that_miss();
    return misses == 0 ? "missed"
                       : "missed in " + std::to_string(misses) + " of " +
                             std::to_string(figure.runs.size()) + " runs";
}

Row row_of(const Figure& figure) {
    const auto floor = figure.floor();
    const auto ratio = figure.ratio();
    return {figure.title,
            figure.unit,
            short_number(minimum(figure.runs)),
            short_number(figure.value()),
            short_number(percentile(figure.runs, tail)),
            figure.floor_name,
            floor ? short_number(*floor) : "",
            ratio ? formatted("%.2f", *ratio) : "",
            target_text(figure),
            verdict(figure)};
}

/// Letters, not bytes: the tables hold a few that are longer in UTF-8.
std::size_t width_of(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char letter) { return (static_cast<unsigned char>(letter) & 0xC0U) != 0x80U; }));
}

}  // namespace

Machine this_machine() {
    utsname about{};
    ::uname(&about);
    return {std::thread::hardware_concurrency(), std::string(about.sysname) + " " + about.release};
}

std::string json_report(const std::vector<Figure>& figures) {
    nlohmann::ordered_json report = nlohmann::ordered_json::object();
    for (const Figure& figure : figures) {
        nlohmann::ordered_json entry{{"value", figure.value()}, {"unit", figure.unit}};
        const auto floor = figure.floor();
        const auto ratio = figure.ratio();
        entry["floor"] = floor ? nlohmann::ordered_json(*floor) : nlohmann::ordered_json();
        entry["ratio"] = ratio ? nlohmann::ordered_json(*ratio) : nlohmann::ordered_json();
        entry["runs"] = figure.runs;
        report[figure.name] = std::move(entry);
    }
    return report.dump(2) + "\n";
}

std::string text_report(const std::vector<Figure>& figures) {
    std::vector<Row> rows{head};
    for (const Figure& figure : figures) {
        rows.push_back(row_of(figure));
    }
    std::vector<std::size_t> widths(head.size());
    for (const Row& row : rows) {
        for (std::size_t column = 0; column < row.size(); ++column) {
            widths[column] = std::max(widths[column], width_of(row[column]));
        }
    }
    std::string text;
    for (const Row& row : rows) {
        std::string line;
        for (std::size_t column = 0; column < row.size(); ++column) {
            line += row[column] + std::string(widths[column] - width_of(row[column]) + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

std::string markdown_report(const std::vector<Figure>& figures, const Machine& machine) {
    std::string text =
        "Seen on " + std::to_string(machine.cores) + " cores, " + machine.kernel + ".\n\n|";
    for (const std::string& title : head) {
        text += " " + title + " |";
    }
    text += "\n|---|---|---|---|---|---|---|---|---|---|\n";
    for (const Figure& figure : figures) {
        text += "|";
        for (const std::string& cell : row_of(figure)) {
            text += " " + cell + " |";
        }
        text += "\n";
    }
    std::string notes;
    for (const Figure& figure : figures) {
        if (!figure.note.empty()) {
            notes += "- " + figure.title + ": " + figure.note + "\n";
        }
    }
    return notes.empty() ? text : text + "\n" + notes;
}

}  // namespace drover::bench
