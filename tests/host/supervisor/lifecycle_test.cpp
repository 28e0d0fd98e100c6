/// The lifecycle's table, and that docs/lifecycle.md shows the same rows.
#include "supervisor/lifecycle.hpp"

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace drover {

namespace {

std::string markdown_row(const LifecycleRow& row) {
    std::ostringstream text;
    text << "| " << text_of(row.from) << " | " << text_of(row.event) << " | " << text_of(row.next)
         << " | " << text_of(row.action) << " |";
    return text.str();
}

/// The lines of the table below the heading "## The table".
std::vector<std::string> rows_of_page() {
    std::ifstream page(std::string(DROVER_DOCS_FOLDER) + "/lifecycle.md");
    std::vector<std::string> rows;
    bool inside = false;
    for (std::string line; std::getline(page, line);) {
        if (line.starts_with("## ")) {
            inside = line == "## The table";
        } else if (inside && line.starts_with("| ") && !line.starts_with("| state")) {
            rows.push_back(line);
        }
    }
    return rows;
}

}  // namespace

TEST(Lifecycle, is_shown_by_its_page_row_by_row) {
    std::vector<std::string> rows;
    for (const LifecycleRow& row : lifecycle_table) {
        rows.push_back(markdown_row(row));
    }
    EXPECT_EQ(rows_of_page(), rows);
}

TEST(Lifecycle, has_one_row_at_most_for_a_state_and_an_event) {
    std::set<std::pair<AgentState, AgentEvent>> seen;
    for (const LifecycleRow& row : lifecycle_table) {
        EXPECT_TRUE(seen.emplace(row.from, row.event).second) << markdown_row(row);
    }
}

TEST(Lifecycle, names_every_state_event_and_action) {
    for (const LifecycleRow& row : lifecycle_table) {
        EXPECT_EQ(markdown_row(row).find("unknown"), std::string::npos) << markdown_row(row);
    }
}

TEST(Lifecycle, leaves_every_state_with_a_process_only_through_stopping) {
    for (const LifecycleRow& row : lifecycle_table) {
        if (row.from == AgentState::starting || row.from == AgentState::running) {
            EXPECT_TRUE(has_process(row.next)) << markdown_row(row);
        }
    }
}

TEST(Lifecycle, lets_a_person_stop_an_agent_that_waits_or_backs_off) {
    for (const AgentState state : {AgentState::waiting, AgentState::backing_off}) {
        const auto row = find_row(state, AgentEvent::stop_requested);
        ASSERT_TRUE(row.has_value());
        EXPECT_EQ(row->next, AgentState::stopped);
    }
}

TEST(Lifecycle, refuses_what_has_no_meaning) {
    EXPECT_FALSE(find_row(AgentState::stopped, AgentEvent::reported_ready).has_value());
    EXPECT_FALSE(find_row(AgentState::disabled, AgentEvent::start_requested).has_value());
    EXPECT_FALSE(find_row(AgentState::running, AgentEvent::start_requested).has_value());
}

TEST(Lifecycle, reads_the_words_of_health_back) {
    EXPECT_EQ(health_from_text("degraded"), AgentHealth::degraded);
    EXPECT_EQ(health_from_text("fine"), std::nullopt);
}

}  // namespace drover
