/// Reads a CSV file of bars.
#include "market_data/history_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

#include <drover/agent.hpp>

#include "market_data/file_lines.hpp"
#include "market_data/timestamp.hpp"

namespace drover {
namespace {

enum Column : std::size_t { stamp, open, high, low, close, adjusted_close, volume, column_count };
/// Bytes of a row, at least; where rows are shorter the bars are moved once more.
constexpr std::size_t usual_row = 48;
constexpr std::size_t absent = std::numeric_limits<std::size_t>::max();
constexpr std::array<std::string_view, column_count> column_names{
    "date or time", "open", "high", "low", "close", "adjclose", "volume"};

std::string_view trimmed(std::string_view cell) {
    while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) {
        cell.remove_prefix(1);
    }
    while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) {
        cell.remove_suffix(1);
    }
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
        cell = cell.substr(1, cell.size() - 2);
    }
    return cell;
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& letter : lower) {
        letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
    return lower;
}

/// A cell for a sentence: short, and without what would end or change the line that it stands in.
std::string shown(std::string_view cell) {
    constexpr std::size_t longest = 60;
    constexpr std::string_view digits = "0123456789abcdef";
    std::size_t end = std::min(cell.size(), longest);
    while (end < cell.size() && (static_cast<unsigned char>(cell[end]) & 0xC0U) == 0x80U) {
        --end;  // Not in the middle of a character.
    }
    std::string text;
    for (const char letter : cell.substr(0, end)) {
        const auto code = static_cast<unsigned char>(letter);
        if (code >= 0x20U && code != 0x7FU) {
            text += letter;
        } else {
            text += {'\\', 'x', digits[code >> 4U], digits[code & 0xFU]};
        }
    }
    return text + (end < cell.size() ? "…" : "");
}

/// Vendors write these where they have no value.
bool says_nothing(std::string_view cell) {
    if (cell.empty()) {
        return true;
    }
    if ((cell.front() >= '0' && cell.front() <= '9') || cell.size() > 4 ||
        std::isalpha(static_cast<unsigned char>(cell.front())) == 0) {
        return false;
    }
    const std::string lower = lower_case(cell);
    return lower == "nan" || lower == "null" || lower == "n/a" || lower == "na";
}

/// The lines of a text that is in memory.
class TextLines {
public:
    explicit TextLines(std::string_view text) : rest_(text) {}

    bool next(std::string_view& line) {
        if (rest_.empty()) {
            return false;
        }
        const std::size_t end = std::min(rest_.find('\n'), rest_.size());
        line = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        if (!line.empty() && line.back() == '\r') {
            line.remove_suffix(1);
        }
        return true;
    }
    [[nodiscard]] std::uint64_t size() const { return rest_.size(); }

private:
    std::string_view rest_;
};

std::string_view take_cell(std::string_view& line) {
    const std::size_t end = std::min(line.find(','), line.size());
    const std::string_view cell = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return trimmed(cell);
}

/// Reads the file row by row into a History.
class Reader {
public:
    Reader(const std::string& name, const HistoryFormat& format) : name_(name), format_(format) {}

    /// `Lines` is FileLines or TextLines.
    template <typename Lines>
    History read(Lines& lines) {
        std::string_view line;
        if (lines.next(line) && line.substr(0, 3) == "\xEF\xBB\xBF") {
            line.remove_prefix(3);
        }
        read_header(line);
        history_.bars.reserve(static_cast<std::size_t>(lines.size()) / usual_row + 1);
        while (lines.next(line)) {
            ++row_;
            if (!trimmed(line).empty()) {
                read_row(line);
            }
        }
        if (history_.late > history_.bars.size()) {
            throw Failure("history.order",
                          name_ +
                              ": most rows are not later than the row before them. Sort the "
                              "file so that the oldest bar comes first.");
        }
        return std::move(history_);
    }

private:
    void read_header(std::string_view line) {
        places_.fill(absent);
        cells_ = 0;
        while (!line.empty()) {
            const std::string column = lower_case(take_cell(line));
            note_column(column, cells_++);
        }
        for (const std::size_t needed : {stamp, open, high, low, close}) {
            if (places_[needed] == absent) {
                missing_column(column_names[needed]);
            }
        }
        if (format_.adjusted && places_[adjusted_close] == absent) {
            missing_column("adjclose (asked for by 'adjusted: true')");
        }
        if (!format_.adjusted) {
            places_[adjusted_close] = absent;
        }
        history_.has_volume = places_[volume] != absent;
        for (std::size_t column = 0; column < column_count; ++column) {
            if (places_[column] != absent) {
                last_needed_ = std::max(last_needed_, places_[column]);
            }
        }
        kinds_.assign(last_needed_ + 1, column_count);
        for (std::size_t column = 0; column < column_count; ++column) {
            if (places_[column] != absent) {
                kinds_[places_[column]] = column;
            }
        }
    }

    void note_column(const std::string& column, std::size_t place) {
        std::size_t kind = column_count;
        if (column == "date" || column == "time") {
            kind = stamp;
        } else if (column == "adjclose" || column == "adj close" || column == "adj_close") {
            kind = adjusted_close;
        } else {
            const auto* found = std::find(column_names.begin(), column_names.end(), column);
            kind = static_cast<std::size_t>(found - column_names.begin());
        }
        if (kind == column_count) {
            return;
        }
        if (places_[kind] != absent) {
            throw Failure("history.header",
                          name_ + ": row 1: the header names the column " +
                              std::string(column_names[kind]) + " twice.");
        }
        places_[kind] = place;
    }

    [[noreturn]] void missing_column(std::string_view column) const {
        throw Failure("history.header",
                      name_ + ": row 1: the header has no column " + std::string(column) +
                          ". Needed are date or time, open, high, low and close, separated by "
                          "commas.");
    }

    void read_row(std::string_view line) {
        std::array<std::string_view, column_count> cells{};
        std::size_t place = 0;
        // Letter by letter: cells are too short for a search of the library to be worth its call.
        const char* at = line.data();
        const char* const line_end = at + line.size();
        for (; place <= last_needed_ && at <= line_end; ++place) {
            const char* end = at;
            while (end != line_end && *end != ',') {
                ++end;
            }
            if (kinds_[place] != column_count) {
                cells[kinds_[place]] = trimmed({at, static_cast<std::size_t>(end - at)});
            }
            at = end + 1;
        }
        if (place <= last_needed_) {
            throw Failure("history.row",
                          name_ + ": row " + std::to_string(row_) + ": the row has " +
                              std::to_string(place) + " cells, but the header has " +
                              std::to_string(cells_) + " columns.");
        }
        if (at <= line_end && cells_ == last_needed_ + 1) {
            refuse_rest({at, static_cast<std::size_t>(line_end - at)});
        }
        add(cells);
    }

    /// Cells behind the last column: a number such as 1,478.00 would be taken for two. Empty ones
    /// are what some programs write at the end of each row.
    void refuse_rest(std::string_view rest) const {
        while (!rest.empty()) {
            if (const std::string_view cell = take_cell(rest); !cell.empty()) {
                throw Failure("history.row",
                              name_ + ": row " + std::to_string(row_) +
                                  ": the row has more cells than the header, which has " +
                                  std::to_string(cells_) + " columns: '" + shown(cell) +
                                  "' stands behind the last one. Numbers are written without "
                                  "commas: 1478.00.");
            }
        }
    }

    void add(const std::array<std::string_view, column_count>& cells) {
        HistoryBar bar{};
        read_times(cells[stamp], bar);
        for (const std::size_t price : {open, high, low, close, adjusted_close}) {
            if (places_[price] != absent && says_nothing(cells[price])) {
                drop(bar, "has no value for " + std::string(column_names[price]));
                return;
            }
        }
        bar.open = read_price(cells, open);
        bar.high = read_price(cells, high);
        bar.low = read_price(cells, low);
        bar.close = read_price(cells, close);
        bar.volume = read_volume(cells[volume]);
        const std::int64_t adjusted =
            places_[adjusted_close] == absent ? bar.close : read_price(cells, adjusted_close);
        if (!is_proper(bar, adjusted, cells)) {
            return;
        }
        if (adjusted != bar.close) {
            adjust(bar, adjusted);
        }
        // Time never runs back: the rest of the fleet relies on it.
        if (!history_.bars.empty() && bar.close_time <= history_.bars.back().close_time) {
            ++history_.late;
            return;
        }
        history_.bars.push_back(bar);
    }

    void read_times(std::string_view cell, HistoryBar& bar) {
        const auto time = stamps_.read(cell);
        if (!time) {
            fault(stamp,
                  cell,
                  "is neither a date like 2000-01-03 nor a time like 2020-01-02T09:30:00Z");
        }
        if (time->is_date && format_.interval_length < nanoseconds_per_day) {
            fault(stamp, cell, "has no time of day, which bars shorter than a day need");
        }
        const bool is_end = format_.stamps_the_end && !time->is_date;
        bar.open_time = is_end ? time->time - format_.interval_length : time->time;
        bar.close_time = bar.open_time + format_.interval_length;
    }

    std::int64_t read_price(const std::array<std::string_view, column_count>& cells,
                            std::size_t column) {
        if (std::int64_t units = 0; parse_plain_nano(cells[column], units)) {
            return units;
        }
        const ParsedDecimal parsed = parse_nano_decimal(cells[column], format_.rounding);
        if (parsed.fault != DecimalFault::none) {
            std::string text = explain(parsed.fault, 9);
            if (parsed.fault == DecimalFault::too_many_decimals) {
                text += "; 'rounding: nearest' rounds them";
            }
            fault(column, cells[column], text);
        }
        history_.rounded += parsed.is_rounded ? 1 : 0;
        return static_cast<std::int64_t>(parsed.units);
    }

    double read_volume(std::string_view cell) const {
        if (places_[volume] == absent || says_nothing(cell)) {
            return std::numeric_limits<double>::quiet_NaN();
        }
        double number = 0;
        const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
        if (error != std::errc{} || end != cell.data() + cell.size() || !std::isfinite(number)) {
            fault(volume, cell, "is not a number");
        }
        return number;
    }

    bool is_proper(const HistoryBar& bar,
                   std::int64_t adjusted,
                   const std::array<std::string_view, column_count>& cells) {
        const auto text = [&](std::size_t column) { return std::string(cells[column]); };
        if (std::min({bar.open, bar.high, bar.low, bar.close, adjusted}) <= 0) {
            drop(bar, "has a price that is not above 0");
        } else if (bar.high < std::max(bar.open, bar.close)) {
            drop(bar,
                 "has its high " + text(high) + " below its open " + text(open) + " or close " +
                     text(close));
        } else if (bar.low > std::min(bar.open, bar.close)) {
            drop(bar,
                 "has its low " + text(low) + " above its open " + text(open) + " or close " +
                     text(close));
        } else if (bar.volume < 0) {
            drop(bar, "has the negative volume " + text(volume));
        } else {
            return true;
        }
        return false;
    }

    static void adjust(HistoryBar& bar, std::int64_t adjusted) {
        for (std::int64_t* price : {&bar.open, &bar.high, &bar.low}) {
            *price = checked_int64(scale_half_even(*price, adjusted, bar.close));
        }
        bar.close = adjusted;
    }

    void drop(const HistoryBar& bar, const std::string& why) {
        history_.invalid.push_back({bar.open_time, "row " + std::to_string(row_) + " " + why});
    }

    [[noreturn]] void fault(std::size_t column,
                            std::string_view value,
                            const std::string& why) const {
        throw Failure("history.value",
                      name_ + ": row " + std::to_string(row_) + ", column " +
                          std::string(column_names[column]) + ": '" + shown(value) + "' " + why +
                          ".");
    }

    const std::string& name_;
    HistoryFormat format_;
    History history_;
    std::array<std::size_t, column_count> places_{};
    std::vector<std::size_t> kinds_;  ///< Which column a place in the row is.
    std::size_t last_needed_ = 0;
    std::size_t cells_ = 0;
    std::size_t row_ = 1;
    TimestampReader stamps_;
};

}  // namespace

History parse_history(std::string_view text, const std::string& name, const HistoryFormat& format) {
    TextLines lines(text);
    return Reader(name, format).read(lines);
}

History read_history_file(const std::string& path, const HistoryFormat& format) {
    FileLines lines(path);
    return Reader(path, format).read(lines);
}

}  // namespace drover
