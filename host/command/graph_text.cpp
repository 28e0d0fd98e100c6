/// Writing the three forms.
#include "command/graph_text.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "command/text_table.hpp"

namespace drover {

namespace {

std::string counted(std::size_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// The lines that are not empty.
std::string joined(const std::vector<std::string>& lines, const std::string& between) {
    std::string text;
    for (const std::string& line : lines) {
        text += (text.empty() || line.empty() ? "" : between) + line;
    }
    return text;
}

std::size_t last_level(const FleetGraph& graph) {
    std::size_t last = 0;
    for (const GraphAgent& agent : graph.agents) {
        last = std::max(last, agent.level);
    }
    return last;
}

std::string plugin_of(const GraphAgent& agent) {
    return agent.agent.empty() ? agent.plugin : agent.plugin + "/" + agent.agent;
}

/// "is healthy", "has completed successfully"
std::string condition_text(const GraphDependency& dependency) {
    if (dependency.condition == "completed_successfully") {
        return "has completed successfully";
    }
    if (dependency.condition == "completed") {
        return "has completed";
    }
    if (dependency.condition == "log_ready") {
        return "has written '" + dependency.pattern + "'";
    }
    return "is " + dependency.condition;
}

std::string conditions_of(const GraphAgent& agent) {
    std::string text;
    for (const GraphDependency& dependency : agent.depends_on) {
        std::string reactions = dependency.restart ? "restarts with it" : "";
        if (dependency.on_down != "ignore") {
            reactions += (reactions.empty() ? "" : ", ") + dependency.on_down + "s without it";
        }
        text += (text.empty() ? "after " : ", ") + dependency.agent + " " +
                condition_text(dependency) + (reactions.empty() ? "" : " (" + reactions + ")");
    }
    return text;
}

/// "healthy, restart, on_down: pause"
std::string edge_label(const GraphDependency& dependency) {
    return dependency.condition + (dependency.restart ? ", restart" : "") +
           (dependency.on_down == "ignore" ? "" : ", on_down: " + dependency.on_down);
}

std::string notes_of(const GraphAgent& agent) {
    std::string notes = agent.enabled ? "" : "disabled";
    if (!agent.cannot_run.empty()) {
        notes += (notes.empty() ? "" : ", ") + ("cannot run: " + agent.cannot_run);
    }
    return notes;
}

std::string marks_of(const GraphFlow& flow) {
    std::string marks;
    const auto add = [&marks](bool holds, const char* word) {
        if (holds) {
            marks += (marks.empty() ? "" : ", ") + std::string(word);
        }
    };
    add(flow.durable, "durable");
    add(flow.gated, "gated");
    add(flow.on_demand, "on demand");
    return marks;
}

/// The flows of one publisher and pattern: one line of the text.
struct FlowLine {
    std::string topics;
    std::string marks;
    std::string receivers;
};

std::vector<FlowLine> lines_of(const FleetGraph& graph, const std::string& publisher) {
    std::vector<FlowLine> lines;
    for (const GraphFlow& flow : graph.flows) {
        if (flow.publisher != publisher) {
            continue;
        }
        const std::string marks = marks_of(flow);
        const auto line = std::ranges::find_if(lines, [&](const FlowLine& known) {
            return known.topics == flow.topics && known.marks == marks;
        });
        if (line == lines.end()) {
            lines.push_back({flow.topics, marks, flow.receiver});
        } else {
            line->receivers += ", " + flow.receiver;
        }
    }
    return lines;
}

std::string messages_of(const FleetGraph& graph) {
    std::size_t widest = 0;
    for (const GraphFlow& flow : graph.flows) {
        widest = std::max(widest, flow.topics.size());
    }
    std::string text;
    for (const GraphAgent& agent : graph.agents) {
        const auto lines = lines_of(graph, agent.name);
        text += lines.empty() ? "" : "  " + agent.name + "\n";
        for (const FlowLine& line : lines) {
            text += "    " + padded(line.topics, widest) + "  -> " + line.receivers +
                    (line.marks.empty() ? "" : "  (" + line.marks + ")") + "\n";
        }
    }
    return text.empty() ? "  none\n" : text;
}

/// Topics between two agents, one a line of a label.
using Labels =
    std::vector<std::pair<std::pair<std::string, std::string>, std::vector<std::string>>>;

Labels labels_of(const FleetGraph& graph) {
    Labels labels;
    for (const GraphFlow& flow : graph.flows) {
        const std::pair ends{flow.publisher, flow.receiver};
        const std::string marks = marks_of(flow);
        const std::string text = flow.topics + (marks.empty() ? "" : " (" + marks + ")");
        const auto known =
            std::ranges::find_if(labels, [&](const auto& label) { return label.first == ends; });
        if (known == labels.end()) {
            labels.push_back({ends, {text}});
        } else {
            known->second.push_back(text);
        }
    }
    return labels;
}

/// A text between quotes of dot.
std::string dot_quoted(const std::string& text) {
    std::string quoted = "\"";
    for (const char letter : text) {
        quoted += letter == '"' ? "\\\"" : std::string(1, letter);
    }
    return quoted + "\"";
}

/// A text between quotes of Mermaid, which knows entities only.
std::string mermaid_quoted(const std::string& text) {
    static const std::map<char, std::string> entities{
        {'"', "#quot;"}, {'<', "#lt;"}, {'>', "#gt;"}, {'#', "#35;"}, {'*', "#42;"}};
    std::string quoted = "\"";
    for (const char letter : text) {
        const auto entity = entities.find(letter);
        quoted += entity == entities.end() ? std::string(1, letter) : entity->second;
    }
    return quoted + "\"";
}

/// Mermaid's own names of nodes: a name of an agent might be one of its words.
std::map<std::string, std::string> node_names(const FleetGraph& graph) {
    std::map<std::string, std::string> names;
    for (const GraphAgent& agent : graph.agents) {
        names.emplace(agent.name, "a" + std::to_string(names.size() + 1));
    }
    return names;
}

}  // namespace

std::string graph_as_text(const FleetGraph& graph) {
    std::size_t widest = 0;
    std::size_t widest_plugin = 0;
    for (const GraphAgent& agent : graph.agents) {
        widest = std::max(widest, agent.name.size());
        widest_plugin = std::max(widest_plugin, plugin_of(agent).size() + 2);
    }
    const std::size_t levels = last_level(graph);
    std::string text = graph.fleet + ": " + counted(graph.agents.size(), "agent") + " on " +
                       counted(levels, "level");
    text += graph.replay_clock.empty() ? "\n" : ", clock replayed by " + graph.replay_clock + "\n";
    text += "\nstart, after drover-router is healthy\n";
    for (std::size_t level = 1; level <= levels; ++level) {
        text += "  level " + std::to_string(level) + "\n";
        for (const GraphAgent& agent : graph.agents) {
            if (agent.level == level) {
                std::string line = "    " + padded(agent.name, widest) + "  " +
                                   padded("(" + plugin_of(agent) + ")", widest_plugin) + "  " +
                                   joined({conditions_of(agent), notes_of(agent)}, "; ");
                line.erase(line.find_last_not_of(' ') + 1);
                text += line + "\n";
            }
        }
    }
    return text + "\nmessages\n" + messages_of(graph);
}

std::string graph_as_dot(const FleetGraph& graph) {
    std::string text = "digraph " + dot_quoted(graph.fleet) +
                       " {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n";
    for (std::size_t level = 1; level <= last_level(graph); ++level) {
        text += "  { rank=same;";
        for (const GraphAgent& agent : graph.agents) {
            text += agent.level == level ? " " + dot_quoted(agent.name) + ";" : "";
        }
        text += " }\n";
    }
    for (const GraphAgent& agent : graph.agents) {
        const bool may_run = agent.enabled && agent.cannot_run.empty();
        text += "  " + dot_quoted(agent.name) +
                " [label=" + dot_quoted(agent.name + "\\n" + plugin_of(agent)) +
                (may_run ? "" : ", style=\"rounded,dashed\"") + "];\n";
    }
    for (const GraphAgent& agent : graph.agents) {
        for (const GraphDependency& dependency : agent.depends_on) {
            text += "  " + dot_quoted(dependency.agent) + " -> " + dot_quoted(agent.name) +
                    " [style=dashed, color=gray, fontcolor=gray, label=" +
                    dot_quoted(edge_label(dependency)) + "];\n";
        }
    }
    for (const auto& [ends, topics] : labels_of(graph)) {
        text += "  " + dot_quoted(ends.first) + " -> " + dot_quoted(ends.second) +
                " [label=" + dot_quoted(joined(topics, "\\n")) + "];\n";
    }
    return text + "}\n";
}

std::string graph_as_mermaid(const FleetGraph& graph) {
    const auto nodes = node_names(graph);
    std::string text = "flowchart LR\n";
    for (const GraphAgent& agent : graph.agents) {
        text += "  " + nodes.at(agent.name) + "[" + mermaid_quoted(agent.name) + "]\n";
    }
    for (const GraphAgent& agent : graph.agents) {
        for (const GraphDependency& dependency : agent.depends_on) {
            const auto node = nodes.find(dependency.agent);
            if (node != nodes.end()) {
                text += "  " + node->second + " -.->|" + mermaid_quoted(edge_label(dependency)) +
                        "| " + nodes.at(agent.name) + "\n";
            }
        }
    }
    for (const auto& [ends, topics] : labels_of(graph)) {
        std::vector<std::string> quoted;
        for (const std::string& topic : topics) {
            const std::string one = mermaid_quoted(topic);
            quoted.push_back(one.substr(1, one.size() - 2));
        }
        text += "  " + nodes.at(ends.first) + " -->|\"" + joined(quoted, "<br/>") + "\"| " +
                nodes.at(ends.second) + "\n";
    }
    return text;
}

}  // namespace drover
