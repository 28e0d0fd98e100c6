/// The answers of agents as one table, whatever they are about.
#include "command/answer_table.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/printable_text.hpp"
#include "command/text_table.hpp"

namespace drover {

namespace {

bool is_column(const Json& column) {
    return column.is_object() && column.contains("key") && column.at("key").is_string() &&
           column.contains("number") && column.at("number").is_boolean();
}

template <typename Check>
bool is_list_of(const Json& body, const char* key, Check&& is_fit) {
    return body.contains(key) && body.at(key).is_array() &&
           std::ranges::all_of(body.at(key), is_fit);
}

std::string title_of(const std::string& key) {
    std::string title = key;
    for (char& letter : title) {
        letter = letter == '_'                    ? ' '
                 : letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A')
                                                  : letter;
    }
    return title;
}

std::string cell_of(const Json& row, const std::string& key) {
    if (!row.contains(key) || row.at(key).is_null()) {
        return "-";
    }
    const Json& value = row.at(key);
    std::string text = value.is_string() ? value.get<std::string>() : to_line(value);
    std::ranges::replace(text, '\n', ' ');
    return text.empty() ? "-" : text;
}

/// The table of all rows with these columns; empty where there is no row.
std::string table_of(const std::vector<AgentTable>& answers,
                     const Json& columns,
                     std::size_t width) {
    std::vector<TableColumn> titles;
    for (const Json& column : columns) {
        titles.push_back({title_of(column.at("key")), column.at("number")});
    }
    TextTable table(std::move(titles));
    bool has_rows = false;
    for (const AgentTable& answer : answers) {
        if (answer.body.at("columns") != columns) {
            continue;
        }
        for (const Json& row : answer.body.at("rows")) {
            std::vector<std::string> cells;
            for (const Json& column : columns) {
                cells.push_back(cell_of(row, column.at("key")));
            }
            table.add(std::move(cells));
            has_rows = true;
        }
    }
    return has_rows ? table.text(width) : "";
}

}  // namespace

Result<void> check_answer(const AgentTable& answer) {
    const Json& body = answer.body;
    const bool is_fit =
        body.is_object() && body.contains("concerned") && body.at("concerned").is_boolean() &&
        is_list_of(body, "columns", is_column) &&
        is_list_of(body, "rows", [](const Json& row) { return row.is_object(); }) &&
        is_list_of(body, "sentences", [](const Json& text) { return text.is_string(); });
    if (is_fit) {
        return success();
    }
    return Error{ErrorKind::invalid,
                 "'" + answer.agent +
                     "' answered something that is no table (concerned, columns, rows, "
                     "sentences): " +
                     to_line(body)};
}

std::vector<AgentTable> concerned(const std::vector<AgentTable>& answers) {
    std::vector<AgentTable> found;
    std::ranges::copy_if(answers, std::back_inserter(found), [](const AgentTable& answer) {
        return answer.body.at("concerned").get<bool>();
    });
    return found.empty() ? answers : found;
}

std::string answers_text(const std::vector<AgentTable>& answers, std::size_t width) {
    std::string text;
    std::vector<Json> shown;
    for (const AgentTable& answer : answers) {
        const Json& columns = answer.body.at("columns");
        if (columns.empty() || std::ranges::find(shown, columns) != shown.end()) {
            continue;
        }
        shown.push_back(columns);
        const std::string table = table_of(answers, columns, width);
        text += (text.empty() || table.empty() ? "" : "\n") + table;
    }
    std::vector<std::string> said;
    for (const AgentTable& answer : answers) {
        for (const Json& entry : answer.body.at("sentences")) {
            const auto sentence = entry.get<std::string>();
            if (std::ranges::find(said, sentence) == said.end()) {
                text += (said.empty() && !text.empty() ? "\n" : "") + printable(sentence) + "\n";
                said.push_back(sentence);
            }
        }
    }
    return text;
}

Json answers_json(const std::vector<AgentTable>& answers) {
    Json rows = Json::array();
    Json sentences = Json::array();
    for (const AgentTable& answer : answers) {
        for (Json row : answer.body.at("rows")) {
            row["agent"] = answer.agent;
            rows.push_back(std::move(row));
        }
        for (const Json& sentence : answer.body.at("sentences")) {
            sentences.push_back(sentence);
        }
    }
    return {{"rows", std::move(rows)}, {"sentences", std::move(sentences)}};
}

}  // namespace drover
