// The answer to a request as a table that any program can show without knowing what it means.
#include "answer/table_answer.hpp"

namespace drover {

using Json = nlohmann::json;

std::string TableAnswer::text() const {
    Json columns = Json::array();
    for (const AnswerColumn& column : columns_) {
        columns.push_back({{"key", column.key}, {"number", column.is_number}});
    }
    return Json{{"concerned", true},
                {"columns", std::move(columns)},
                {"rows", rows_},
                {"sentences", sentences_}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string TableAnswer::of_another_account(const std::string& asked, const std::string& own) {
    return Json{{"concerned", false},
                {"columns", Json::array()},
                {"rows", Json::array()},
                {"sentences",
                 Json::array({"This agent keeps the account '" + own + "', not '" + asked + "'."})}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace drover
