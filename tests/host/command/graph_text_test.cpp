/// The graphs as text, dot and Mermaid, letter by letter.
#include "command/graph_text.hpp"

#include <gtest/gtest.h>

namespace drover {
namespace {

FleetGraph desk() {
    FleetGraph graph;
    graph.fleet = "desk";
    graph.replay_clock = "data";
    graph.agents.push_back({"data", "market_data", "", true, "", 1, {}});
    graph.agents.push_back({"broker", "broker", "", true, "", 2, {{"data", "healthy", true}}});
    graph.agents.push_back({"risk",
                            "risk",
                            "",
                            true,
                            "",
                            3,
                            {{"broker", "healthy", false}, {"data", "started", false}}});
    graph.agents.push_back({"runner", "backtest", "runner", false, "", 1, {}});
    graph.flows.push_back({"data", "broker", "market.>", false, true, false});
    graph.flows.push_back({"data", "risk", "market.>", false, true, false});
    graph.flows.push_back({"data", "risk", "news.*", false, false, true});
    graph.flows.push_back({"risk", "broker", "order.submit.>", true, true, false});
    return graph;
}

TEST(GraphText, shows_levels_with_conditions_and_who_publishes_what_to_whom) {
    EXPECT_EQ(graph_as_text(desk()),
              "desk: 4 agents on 3 levels, clock replayed by data\n"
              "\n"
              "start, after drover-router is healthy\n"
              "  level 1\n"
              "    data    (market_data)\n"
              "    runner  (backtest/runner)  disabled\n"
              "  level 2\n"
              "    broker  (broker)           after data is healthy (restarts with it)\n"
              "  level 3\n"
              "    risk    (risk)             after broker is healthy, data is started\n"
              "\n"
              "messages\n"
              "  data\n"
              "    market.>        -> broker, risk  (durable)\n"
              "    news.*          -> risk  (on demand)\n"
              "  risk\n"
              "    order.submit.>  -> broker  (durable, gated)\n");
}

TEST(GraphText, shows_every_condition_and_what_follows_when_it_holds_no_more) {
    FleetGraph graph;
    graph.fleet = "desk";
    graph.agents.push_back({"data", "market_data", "", true, "", 1, {}});
    graph.agents.push_back({"import", "import", "", true, "", 1, {}});
    graph.agents.push_back({"risk",
                            "risk",
                            "",
                            true,
                            "",
                            2,
                            {{"data", "healthy", true, "pause"},
                             {"import", "completed_successfully", false},
                             {"gateway", "log_ready", false, "stop", "port [0-9]+"}}});
    const std::string text = graph_as_text(graph);
    EXPECT_NE(text.find("after data is healthy (restarts with it, pauses without it), import has "
                        "completed successfully, gateway has written 'port [0-9]+' (stops without "
                        "it)"),
              std::string::npos)
        << text;
    EXPECT_NE(graph_as_mermaid(graph).find("healthy, restart, on_down: pause"), std::string::npos);
}

TEST(GraphText, is_a_digraph_for_graphviz) {
    EXPECT_EQ(graph_as_dot(desk()),
              "digraph \"desk\" {\n"
              "  rankdir=LR;\n"
              "  node [shape=box, style=rounded];\n"
              "  { rank=same; \"data\"; \"runner\"; }\n"
              "  { rank=same; \"broker\"; }\n"
              "  { rank=same; \"risk\"; }\n"
              "  \"data\" [label=\"data\\nmarket_data\"];\n"
              "  \"broker\" [label=\"broker\\nbroker\"];\n"
              "  \"risk\" [label=\"risk\\nrisk\"];\n"
              "  \"runner\" [label=\"runner\\nbacktest/runner\", style=\"rounded,dashed\"];\n"
              "  \"data\" -> \"broker\" [style=dashed, color=gray, fontcolor=gray, "
              "label=\"healthy, restart\"];\n"
              "  \"broker\" -> \"risk\" [style=dashed, color=gray, fontcolor=gray, "
              "label=\"healthy\"];\n"
              "  \"data\" -> \"risk\" [style=dashed, color=gray, fontcolor=gray, "
              "label=\"started\"];\n"
              "  \"data\" -> \"broker\" [label=\"market.> (durable)\"];\n"
              "  \"data\" -> \"risk\" [label=\"market.> (durable)\\nnews.* (on demand)\"];\n"
              "  \"risk\" -> \"broker\" [label=\"order.submit.> (durable, gated)\"];\n"
              "}\n");
}

TEST(GraphText, is_a_flowchart_for_mermaid) {
    EXPECT_EQ(graph_as_mermaid(desk()),
              "flowchart LR\n"
              "  a1[\"data\"]\n"
              "  a2[\"broker\"]\n"
              "  a3[\"risk\"]\n"
              "  a4[\"runner\"]\n"
              "  a1 -.->|\"healthy, restart\"| a2\n"
              "  a2 -.->|\"healthy\"| a3\n"
              "  a1 -.->|\"started\"| a3\n"
              "  a1 -->|\"market.#gt; (durable)\"| a2\n"
              "  a1 -->|\"market.#gt; (durable)<br/>news.#42; (on demand)\"| a3\n"
              "  a3 -->|\"order.submit.#gt; (durable, gated)\"| a2\n");
}

TEST(GraphText, of_agents_that_say_nothing_to_each_other_says_so) {
    FleetGraph graph;
    graph.fleet = "alone";
    graph.agents.push_back({"one", "plain", "", true, "its plugin is no library", 1, {}});
    EXPECT_EQ(graph_as_text(graph),
              "alone: 1 agent on 1 level\n"
              "\n"
              "start, after drover-router is healthy\n"
              "  level 1\n"
              "    one  (plain)  cannot run: its plugin is no library\n"
              "\n"
              "messages\n"
              "  none\n");
}

}  // namespace
}  // namespace drover
