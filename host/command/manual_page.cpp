/// Writing roff with the macros of man(7).
#include "command/manual_page.hpp"

#include <sstream>
#include <utility>
#include <vector>

#include "base/json_value.hpp"

namespace drover {

namespace {

std::string head(const std::string& name, const std::string& section, const std::string& version) {
    return ".TH " + name + " " + section + " \"\" \"drover " + roff_text(version) +
           "\" \"drover\"\n.SH NAME\n";
}

std::string example_of(const std::string& footer) {
    std::istringstream lines(footer);
    std::string text;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("  ")) {
            text += roff_text(line.substr(2)) + "\n";
        }
    }
    return text.empty() ? "" : ".PP\n.EX\n" + text + ".EE\n";
}

std::string names_text(const OptionEntry& option) {
    std::string text;
    for (const std::string& name : option.names) {
        text += (text.empty() ? "" : ", ") + ("\\fB" + roff_text(name) + "\\fR");
    }
    return option.value.empty() ? text : text + " \\fI" + roff_text(option.value) + "\\fR";
}

/// "drover status [OPTIONS] [NAME…]"
std::string synopsis(const VerbEntry& verb, const std::string& path) {
    std::string text = "\\fB" + roff_text(path) + "\\fR";
    text += verb.options.empty() ? " \\fI\\&.\\|.\\|.\\fR" : " [\\fIOPTIONS\\fR]";
    for (const OptionEntry& option : verb.options) {
        if (option.is_word) {
            const std::string name = "\\fI" + roff_text(option.names.front()) + "\\fR";
            text += option.is_required ? " " + name : " [" + name + "]";
        }
    }
    return text;
}

std::string verb_text(const VerbEntry& verb, const std::string& path) {
    if (!verb.verbs.empty()) {
        std::string text;
        for (const VerbEntry& below : verb.verbs) {
            text += verb_text(below, path + " " + below.name);
        }
        return text;
    }
    std::string text = ".SS " + roff_text(path.substr(path.find(' ') + 1)) + "\n" +
                       roff_text(verb.purpose) + ".\n.PP\n" + synopsis(verb, path) + "\n";
    for (const OptionEntry& option : verb.options) {
        text += ".TP\n" + names_text(option) + "\n" + roff_text(option.purpose) + ".\n";
    }
    return text + example_of(verb.footer);
}

std::string table(const std::vector<std::pair<std::string, std::string>>& rows) {
    std::string text;
    for (const auto& [name, meaning] : rows) {
        text += ".TP\n\\fB" + roff_text(name) + "\\fR\n" + roff_text(meaning) + "\n";
    }
    return text;
}

const Json& resolved(const Json& root, const Json& node) {
    const Json* found = &node;
    while (found->is_object() && found->contains("$ref")) {
        found = &root.at(Json::json_pointer(found->at("$ref").get<std::string>().substr(1)));
    }
    return *found;
}

std::string value_words(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// The values that a key takes, as far as the schema names them: "no, always; default no".
std::string values_text(const Json& about, const Json& kind) {
    std::string text;
    const Json& source = kind.is_object() ? kind : about;
    if (source.contains("enum")) {
        for (const Json& value : source.at("enum")) {
            text += (text.empty() ? "One of " : ", ") + value_words(value);
        }
        text += ".";
    } else if (source.contains("minimum") && source.contains("maximum")) {
        text = "From " + value_words(source.at("minimum")) + " to " +
               value_words(source.at("maximum")) + ".";
    }
    if (about.contains("default")) {
        text += (text.empty() ? "" : " ") + ("Default: " + value_words(about.at("default"))) + ".";
    }
    return text;
}

std::string description_of(const Json& about, const Json& kind) {
    for (const Json* source : {&about, &kind}) {
        if (source->is_object() && source->contains("description")) {
            return source->at("description").get<std::string>();
        }
    }
    return "";
}

/// The keys of one map; maps within it follow as sections of their own.
std::string map_text(const Json& root, const Json& map, const std::string& path) {
    std::string text;
    for (const auto& [key, about] : map.at("properties").items()) {
        const Json& kind = resolved(root, about);
        std::string meaning = description_of(about, kind);
        if (kind.is_object() && kind.contains("properties")) {
            meaning += (meaning.empty() ? "" : " ") + ("A map, see " + path + key + " below.");
        }
        const std::string values = values_text(about, kind);
        meaning += (meaning.empty() || values.empty() ? "" : " ") + values;
        text += ".TP\n\\fB" + roff_text(key) + "\\fR\n" +
                roff_text(meaning.empty() ? "See above." : meaning) + "\n";
    }
    return text;
}

/// A map of the schema and everything below it that is one.
std::string sections(const Json& root, const Json& map, const std::string& path) {
    std::string text = ".SS " + roff_text(path) + "\n" + map_text(root, map, path + ".");
    for (const auto& [key, about] : map.at("properties").items()) {
        const Json& kind = resolved(root, about);
        if (kind.is_object() && kind.contains("properties")) {
            text += sections(root, kind, path + "." + key);
        }
    }
    return text;
}

}  // namespace

std::string roff_text(const std::string& text) {
    std::string result;
    bool is_at_start = true;
    for (const char letter : text) {
        if (is_at_start && (letter == '.' || letter == '\'')) {
            result += "\\&";
        }
        is_at_start = letter == '\n';
        switch (letter) {
            case '\\':
                result += "\\e";
                break;
            case '-':
                result += "\\-";
                break;
            case '~':
                result += "\\(ti";
                break;
            case '^':
                result += "\\(ha";
                break;
            case '`':
                result += "\\(ga";
                break;
            case '\'':
                result += "\\(aq";
                break;
            default:
                result += letter;
        }
    }
    return result;
}

std::string command_page(const VerbEntry& tree, const std::string& version) {
    std::string text = head("DROVER", "1", version) +
                       "drover \\- start, watch and stop a fleet of trading agents\n"
                       ".SH SYNOPSIS\n\\fBdrover\\fR \\fIVERB\\fR [\\fIOPTIONS\\fR]\n"
                       ".SH DESCRIPTION\n" +
                       roff_text(tree.purpose) +
                       "\nThe fleet is what\n.BR agents.yaml (5)\nsays. Durations are written "
                       "500ms, 30s, 2m or 1h; a bare number counts seconds.\n.SH OPTIONS\n";
    for (const OptionEntry& option : tree.options) {
        text += ".TP\n" + names_text(option) + "\n" + roff_text(option.purpose) + ".\n";
    }
    text += ".SH VERBS\n";
    for (const VerbEntry& verb : tree.verbs) {
        text += verb_text(verb, tree.name + " " + verb.name);
    }
    return text + ".SH EXIT STATUS\n" +
           table({{"0", "ok"},
                  {"1", "failed: a fault in the file, a refusal, output that cannot be written"},
                  {"2", "usage: an unknown verb, option or name, or a malformed value"},
                  {"3", "an agent named is unhealthy, hung or failed"},
                  {"4", "no droverd runs for the state directory"},
                  {"5", "timed out; what was asked for may still happen"}}) +
           ".SH ENVIRONMENT\n" +
           table({{"DROVER_STATE_DIR", "The state directory where --state-dir is not given."},
                  {"DROVER_PLUGIN_PATH",
                   "Folders with plugins, separated by colons, beside those of the programs."},
                  {"NO_COLOR", "Where it is set, nothing is printed in colour."},
                  {"XDG_RUNTIME_DIR", "Where the sockets lie, in a folder of their own."}}) +
           ".SH FILES\n" +
           table({{"agents.yaml", "The fleet's file where -f is not given."},
                  {".drover", "The state directory where none is named."}}) +
           ".SH SEE ALSO\n.BR agents.yaml (5)\n";
}

std::string file_page(const Json& schema, const std::string& version) {
    const Json& agent = schema.at("definitions").at("agent");
    const Json& topic = schema.at("definitions").at("topic_rule");
    const Json& dependency = schema.at("definitions").at("dependency");
    return head("AGENTS.YAML", "5", version) +
           "agents.yaml \\- the fleet that drover runs\n.SH DESCRIPTION\n" +
           "A YAML file that says which agents run, in which order, and under which rules.\n"
           ".B drover validate\nlists everything that is wrong with it. Unknown keys are faults. "
           "Durations are a number with a unit: 250ms, 1.5s, 2m, 1h.\n"
           "${NAME} and ${NAME:\\-default} stand for environment variables in every value; $$ is "
           "a dollar.\n.SH KEYS\n" +
           map_text(schema, schema, "") +
           sections(schema, schema.at("properties").at("defaults"), "defaults") +
           sections(schema, topic, "topics.PATTERN") + sections(schema, agent, "agents.NAME") +
           sections(schema, dependency, "agents.NAME.depends_on.NAME") +
           ".SH EXAMPLE\n.EX\n"
           "agents:\n"
           "  market\\-data: {plugin: market_data, config: {provider: history, file: spx.csv}}\n"
           "  broker: {plugin: broker, depends_on: [market\\-data]}\n"
           ".EE\n.SH SEE ALSO\n.BR drover (1)\n";
}

}  // namespace drover
