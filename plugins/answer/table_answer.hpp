/// The answer to a request as a table that any program can show without knowing what it means.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace drover {

struct AnswerColumn {
    const char* key;         ///< Of each row.
    bool is_number = false;  ///< Aligned to the right.
};

/// `{"concerned", "columns": [{"key", "number"}], "rows": [{…}], "sentences": […]}`. Amounts are
/// decimal text, so that no program on the way can round them; what has no value is null. Not
/// thread-safe.
class TableAnswer {
public:
    explicit TableAnswer(std::vector<AnswerColumn> columns) : columns_(std::move(columns)) {}

    void add(nlohmann::json row) { rows_.push_back(std::move(row)); }
    /// What is to be said below the table.
    void say(std::string sentence) { sentences_.push_back(std::move(sentence)); }
    [[nodiscard]] bool has_rows() const { return !rows_.empty(); }
    [[nodiscard]] std::string text() const;

    /// What an agent answers that was asked about another account than its own: a sentence, and
    /// "concerned" false, so that whoever asked several agents can pass over it.
    [[nodiscard]] static std::string of_another_account(const std::string& asked,
                                                        const std::string& own);

private:
    std::vector<AnswerColumn> columns_;
    std::vector<nlohmann::json> rows_;
    std::vector<std::string> sentences_;
};

}  // namespace drover
