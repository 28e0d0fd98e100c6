/// Text in aligned columns, as wide as the terminal allows.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace drover {

/// One column of a table.
struct TableColumn {
    std::string title;
    bool is_number = false;  ///< Aligned to the right.
    /// Columns above 0 are left out, highest first, while the last column has too little room.
    int dispensable = 0;
};

/// A table whose last column takes what room is left.
class TextTable {
public:
    explicit TextTable(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}

    /// `cells` has one text a column. Control characters in them are written out.
    void add(const std::vector<std::string>& cells);

    /// Lines of at most `width` characters; 0: as long as they are. The last column is cut and ends
    /// with an ellipsis where it must be.
    [[nodiscard]] std::string text(std::size_t width) const;

private:
    [[nodiscard]] std::size_t width_of(std::size_t column) const;
    [[nodiscard]] std::vector<std::size_t> columns_that_fit(std::size_t width) const;

    std::vector<TableColumn> columns_;
    std::vector<std::vector<std::string>> rows_;
};

/// How many characters a UTF-8 text has.
[[nodiscard]] std::size_t character_count(std::string_view text);

/// `text` with spaces after it up to `width` characters.
[[nodiscard]] std::string padded(const std::string& text, std::size_t width);

/// The width of the terminal that standard output is, or 0 when it is none.
[[nodiscard]] std::size_t terminal_width();

}  // namespace drover
