/// Columns, their widths, and which of them fit.
#include "command/text_table.hpp"

#include <algorithm>

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/printable_text.hpp"

namespace drover {

namespace {

constexpr std::string_view gap = "  ";
/// The last column is worth more than a dispensable one until it has this room.
constexpr std::size_t room_for_last = 40;

bool begins_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

std::string cut_to(const std::string& text, std::size_t width) {
    if (width == 0 || character_count(text) <= width) {
        return text;
    }
    std::string cut;
    std::size_t characters = 0;
    for (const char byte : text) {
        characters += begins_character(byte) ? 1U : 0U;
        if (characters == width) {
            break;
        }
        cut += byte;
    }
    return cut + "…";
}

std::string aligned(const std::string& text, std::size_t width, bool to_the_right) {
    const std::size_t length = padded(text, width).size();
    return to_the_right ? std::string(length - text.size(), ' ') + text : padded(text, width);
}

}  // namespace

std::size_t character_count(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string padded(const std::string& text, std::size_t width) {
    const std::size_t length = character_count(text);
    return text + std::string(width > length ? width - length : 0, ' ');
}

std::size_t terminal_width() {
    winsize size{};
    if (::isatty(STDOUT_FILENO) == 0 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) {
        return 0;
    }
    return size.ws_col;
}

void TextTable::add(const std::vector<std::string>& cells) {
    std::vector<std::string> row;
    for (const std::string& cell : cells) {
        row.push_back(printable(cell));
    }
    rows_.push_back(std::move(row));
}

std::size_t TextTable::width_of(std::size_t column) const {
    std::size_t width = character_count(columns_[column].title);
    for (const auto& row : rows_) {
        width = std::max(width, character_count(row[column]));
    }
    return width;
}

std::vector<std::size_t> TextTable::columns_that_fit(std::size_t width) const {
    std::vector<std::size_t> shown(columns_.size());
    for (std::size_t column = 0; column < shown.size(); ++column) {
        shown[column] = column;
    }
    if (width == 0) {
        return shown;
    }
    const std::size_t wanted_for_last = std::min(room_for_last, width_of(columns_.size() - 1));
    while (true) {
        std::size_t used = wanted_for_last;
        for (std::size_t index = 0; index + 1 < shown.size(); ++index) {
            used += width_of(shown[index]) + gap.size();
        }
        const auto least = std::ranges::max_element(
            shown, {}, [&](std::size_t column) { return columns_[column].dispensable; });
        if (used <= width || columns_[*least].dispensable == 0) {
            return shown;
        }
        shown.erase(least);
    }
}

std::string TextTable::text(std::size_t width) const {
    const auto shown = columns_that_fit(width);
    std::vector<std::size_t> widths;
    for (const std::size_t column : shown) {
        widths.push_back(width_of(column));
    }
    std::vector<std::string> titles;
    for (const TableColumn& column : columns_) {
        titles.push_back(column.title);
    }
    std::string result;
    const auto add_line = [&](const std::vector<std::string>& cells) {
        std::string line;
        for (std::size_t index = 0; index < shown.size(); ++index) {
            const std::size_t column = shown[index];
            if (index + 1 < shown.size()) {
                line += aligned(cells[column], widths[index], columns_[column].is_number);
                line += gap;
            } else {
                line += cells[column];
            }
        }
        line.erase(line.find_last_not_of(' ') + 1);
        result += cut_to(line, width) + "\n";
    };
    add_line(titles);
    for (const auto& row : rows_) {
        add_line(row);
    }
    return result;
}

}  // namespace drover
