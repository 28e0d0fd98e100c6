// The answer to a request as a table that any program can show without knowing what it means.
#include "answer/table_answer.hpp"

namespace drover {

std::string TableAnswer::text() const {
    nlohmann::json columns = nlohmann::json::array();
    for (const AnswerColumn& column : columns_) {
        columns.push_back({{"key", column.key}, {"number", column.is_number}});
    }
    return nlohmann::json{{"concerned", true},
                          {"columns", std::move(columns)},
                          {"rows", rows_},
                          {"sentences", sentences_}}
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string TableAnswer::of_another_account(const std::string& asked, const std::string& own) {
    return nlohmann::json{{"concerned", false},
                          {"columns", nlohmann::json::array()},
                          {"rows", nlohmann::json::array()},
                          {"sentences",
                           nlohmann::json::array({"This agent keeps the account '" + own +
                                                  "', not '" + asked + "'."})}}
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace drover
