/// The picture of `drover top`.
#include "command/top_table.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "command/text_table.hpp"

namespace drover::test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

namespace {

Json unit(const std::string& name, double cpu, double memory, int in, int pid = 7) {
    return {{"name", name},
            {"state", "running"},
            {"health", "healthy"},
            {"reason", "doing what it should do, at some length, so that it has to be cut"},
            {"pid", pid},
            {"cpu_percent", cpu},
            {"memory_bytes", memory},
            {"messages_in", in},
            {"messages_out", 2 * in},
            {"lost", 0},
            {"restarts", 1},
            {"uptime_seconds", 75.0}};
}

Json fleet(std::vector<Json> agents) {
    return {{"supervisor", {{"pid", 1}, {"fleet", "desk"}, {"uptime_seconds", 3.0}}},
            {"agents", std::move(agents)}};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

/// The first words of the agents' lines.
std::vector<std::string> names_in(const std::string& text) {
    std::vector<std::string> names;
    for (const std::string& line : lines_of(text)) {
        if (line.find("running  ") != std::string::npos) {
            names.push_back(line.substr(0, line.find(' ')));
        }
    }
    return names;
}

}  // namespace

TEST(TopTable, sorts_by_what_is_used_most_and_by_name_from_the_beginning) {
    const Json document =
        fleet({unit("risk", 1, 30, 0), unit("data", 9, 10, 0), unit("view", 5, 20, 0)});
    TopView view;
    EXPECT_THAT(names_in(top_text(document, {}, view, 24, 80)),
                ElementsAre("data", "view", "risk"));
    view.sorted_by = TopColumn::memory;
    EXPECT_THAT(names_in(top_text(document, {}, view, 24, 80)),
                ElementsAre("risk", "view", "data"));
    view.sorted_by = TopColumn::name;
    EXPECT_THAT(names_in(top_text(document, {}, view, 24, 80)),
                ElementsAre("data", "risk", "view"));
    view.is_reversed = true;
    EXPECT_THAT(names_in(top_text(document, {}, view, 24, 80)),
                ElementsAre("view", "risk", "data"));
}

TEST(TopTable, fits_into_a_terminal_of_80_by_24_and_smaller_ones) {
    std::vector<Json> agents;
    for (int index = 0; index < 50; ++index) {
        agents.push_back(unit("agent-with-a-name-" + std::to_string(index), index, 1e9, 0));
    }
    const Json document = fleet(agents);
    using Size = std::pair<std::size_t, std::size_t>;
    for (const auto& [rows, columns] : {Size{24, 80}, Size{10, 40}, Size{60, 200}}) {
        TopView view;
        const auto lines = lines_of(top_text(document, {}, view, rows, columns));
        EXPECT_LE(lines.size(), rows);
        for (std::size_t index = 3; index + 1 < lines.size(); ++index) {
            EXPECT_LE(character_count(lines[index]), columns) << lines[index];
        }
    }
}

TEST(TopTable, scrolls_and_stops_at_the_last_agent) {
    const Json document =
        fleet({unit("a", 4, 1, 0), unit("b", 3, 1, 0), unit("c", 2, 1, 0), unit("d", 1, 1, 0)});
    TopView view;
    view.first = 1;
    EXPECT_THAT(names_in(top_text(document, {}, view, 7, 120)), ElementsAre("b", "c"));
    EXPECT_THAT(top_text(document, {}, view, 7, 120), HasSubstr("2-3 of 4"));
    view.first = 99;
    EXPECT_THAT(names_in(top_text(document, {}, view, 7, 120)), ElementsAre("c", "d"));
    EXPECT_EQ(view.first, 2U);
    EXPECT_THAT(top_text(document, {}, view, 24, 120), Not(HasSubstr(" of 4, arrows")));
}

TEST(TopTable, tells_how_fast_messages_pass_in_one_life) {
    TopRates rates;
    const auto start = std::chrono::steady_clock::time_point{};
    rates.look(fleet({unit("data", 1, 1, 100), unit("risk", 1, 1, 10, 5)}), start);
    EXPECT_FALSE(rates.in("data"));
    rates.look(fleet({unit("data", 1, 1, 150), unit("risk", 1, 1, 0, 6)}),
               start + std::chrono::seconds(2));
    EXPECT_EQ(rates.in("data"), 25.0);
    EXPECT_EQ(rates.out("data"), 50.0);
    EXPECT_FALSE(rates.in("risk")) << "it is another process";
}

TEST(TopTable, says_what_troubles_the_fleet) {
    Json document = fleet({unit("data", 1, 1'000'000, 0)});
    document["supervisor"]["kill_switch"] = {{"engaged", true}};
    document["supervisor"]["fleet"] = "de\x1b[2Jsk";
    document["agents"][0]["health"] = "hung";
    TopView view;
    const std::string text = top_text(document, {}, view, 24, 120);
    EXPECT_THAT(text, HasSubstr("kill switch ENGAGED"));
    EXPECT_THAT(text, HasSubstr("de\\x1b[2Jsk"));
    EXPECT_THAT(text, HasSubstr("1 processes, 0 running and healthy, 1 in trouble"));
}

TEST(TopTable, has_a_key_for_each_column) {
    EXPECT_EQ(column_of_key("m"), TopColumn::memory);
    EXPECT_EQ(column_of_key("x"), std::nullopt);
    EXPECT_EQ(next_column(TopColumn::name, -1), TopColumn::uptime);
    EXPECT_EQ(next_column(TopColumn::uptime, 1), TopColumn::name);
    EXPECT_EQ(next_column(TopColumn::cpu, 1), TopColumn::memory);
}

}  // namespace drover::test
