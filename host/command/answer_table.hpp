/// The answers of agents as one table, whatever they are about.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/json_value.hpp"
#include "base/result.hpp"

namespace drover {

/// What one agent answered: `{"concerned", "columns": [{"key", "number"}], "rows": [{…}],
/// "sentences": […]}`. What an agent is not concerned with it answers without rows.
struct AgentTable {
    std::string agent;
    Json body;
};

/// Checks that a body has that form. Fails with a sentence that names the agent.
[[nodiscard]] Result<void> check_answer(const AgentTable& answer);

/// The answers that are concerned; all of them where none is.
[[nodiscard]] std::vector<AgentTable> concerned(const std::vector<AgentTable>& answers);

/// Rows of the same columns in one table of at most `width` characters (0: as long as they are),
/// sentences below it. Checked answers only.
[[nodiscard]] std::string answers_text(const std::vector<AgentTable>& answers, std::size_t width);

/// `{"rows": […], "sentences": […]}`; each row has the key "agent" too.
[[nodiscard]] Json answers_json(const std::vector<AgentTable>& answers);

}  // namespace drover
