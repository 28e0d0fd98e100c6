/// One table of what may follow, and three ways to write it down.
#include "command/completion.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace drover {

namespace {

enum class Follows { nothing, words, files, folders, agents };

/// What may stand where a value is wanted.
struct Value {
    Follows follows = Follows::nothing;
    std::vector<std::string> words;
};

/// A verb with the words that lead to it: "drover kill-switch engage".
struct Place {
    std::string path;
    const VerbEntry* verb = nullptr;
};

void collect(const VerbEntry& verb, const std::string& path, std::vector<Place>& places) {
    places.push_back({path, &verb});
    for (const VerbEntry& below : verb.verbs) {
        collect(below, path + " " + below.name, places);
    }
}

std::vector<Place> places_of(const VerbEntry& tree) {
    std::vector<Place> places;
    collect(tree, tree.name, places);
    return places;
}

Value value_of(const OptionEntry& option) {
    if (!option.words.empty()) {
        return {Follows::words, option.words};
    }
    const std::string& name = option.is_word ? option.names.front() : option.value;
    if (name == "FILE") {
        return {Follows::files, {}};
    }
    if (name == "DIR") {
        return {Follows::folders, {}};
    }
    const bool is_agent =
        option.is_word && (name == "NAME" || name == "AGENT" || name == "NAME|FILE");
    return {is_agent ? Follows::agents : Follows::nothing, {}};
}

/// What the words of a verb that stand alone may be.
Value words_of(const VerbEntry& verb) {
    const auto word = std::ranges::find_if(verb.options, &OptionEntry::is_word);
    return word == verb.options.end() ? Value{} : value_of(*word);
}

std::string joined(const std::vector<std::string>& words, const std::string& between) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : between) + word;
    }
    return text;
}

/// In single quotes, for any of the three shells.
std::string quoted(const std::string& text, Shell shell) {
    std::string result = "'";
    for (const char letter : text) {
        result +=
            letter == '\'' ? (shell == Shell::fish ? "\\'" : "'\\''") : std::string(1, letter);
    }
    return result + "'";
}

std::vector<std::string> option_names(const VerbEntry& verb) {
    std::vector<std::string> names;
    for (const OptionEntry& option : verb.options) {
        if (!option.is_word) {
            names.insert(names.end(), option.names.begin(), option.names.end());
        }
    }
    return names;
}

/// The loop that finds out which verb is being typed, for bash and zsh: `path` has it afterwards.
std::string path_loop(const std::vector<Place>& places,
                      const std::string& words,
                      const std::string& first,
                      const std::string& last) {
    std::string known;
    for (const Place& place : places) {
        if (place.path.find(' ') != std::string::npos) {
            known += (known.empty() ? "" : " | ") + ("\"" + place.path + "\"");
        }
    }
    return "    local path=drover index\n"
           "    for ((index = " +
           first + "; index < " + last +
           "; index++)); do\n"
           "        case \"$path ${" +
           words + "[index]}\" in\n            " + known + ") path=\"$path ${" + words +
           "[index]}\" ;;\n"
           "        esac\n"
           "    done\n";
}

std::string bash_values(const Value& value) {
    switch (value.follows) {
        case Follows::words:
            return "COMPREPLY=($(compgen -W " + quoted(joined(value.words, " "), Shell::bash) +
                   " -- \"$word\"))";
        case Follows::files:
            return "COMPREPLY=($(compgen -f -- \"$word\"))";
        case Follows::folders:
            return "COMPREPLY=($(compgen -d -- \"$word\"))";
        case Follows::agents:
            return "COMPREPLY=($(compgen -W \"$(drover completion names 2>/dev/null)\" -- "
                   "\"$word\"))";
        case Follows::nothing:
            break;
    }
    return "COMPREPLY=()";
}

std::string bash_script(const std::vector<Place>& places) {
    std::string values;
    std::string words;
    for (const auto& [path, verb] : places) {
        for (const OptionEntry& option : verb->options) {
            if (!option.is_word && !option.value.empty()) {
                std::vector<std::string> cases;
                for (const std::string& name : option.names) {
                    cases.push_back("\"" + path + ":" + name + "\"");
                }
                values += "        " + joined(cases, " | ") + ") " + bash_values(value_of(option)) +
                          "; return ;;\n";
            }
        }
        std::vector<std::string> names;
        for (const VerbEntry& below : verb->verbs) {
            names.push_back(below.name);
        }
        const Value word = words_of(*verb);
        words += "        \"" + path +
                 "\")\n            [[ $word == -* ]] && COMPREPLY=($(compgen " + "-W " +
                 quoted(joined(option_names(*verb), " "), Shell::bash) +
                 " -- \"$word\")) && return\n            " +
                 bash_values(names.empty() ? word : Value{Follows::words, names}) + " ;;\n";
    }
    return "# bash completion of drover, made by: drover completion bash\n"
           "_drover() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n" +
           path_loop(places, "COMP_WORDS", "1", "COMP_CWORD") + "    case \"$path:$before\" in\n" +
           values + "    esac\n    case \"$path\" in\n" + words +
           "    esac\n}\ncomplete -o filenames -F _drover drover\n";
}

std::string zsh_values(const Value& value) {
    switch (value.follows) {
        case Follows::words:
            return "compadd -- " + joined(value.words, " ");
        case Follows::files:
            return "_files";
        case Follows::folders:
            return "_files -/";
        case Follows::agents:
            return "compadd -- ${(f)\"$(drover completion names 2>/dev/null)\"}";
        case Follows::nothing:
            break;
    }
    return "_message 'no more words'";
}

/// "name:what it is for", with the colons of the name escaped.
std::string zsh_entry(const std::string& name, const std::string& purpose) {
    return quoted(name + ":" + purpose, Shell::zsh);
}

std::string zsh_script(const std::vector<Place>& places) {
    std::string values;
    std::string words;
    for (const auto& [path, verb] : places) {
        std::string options;
        for (const OptionEntry& option : verb->options) {
            if (option.is_word) {
                continue;
            }
            std::vector<std::string> cases;
            for (const std::string& name : option.names) {
                cases.push_back("\"" + path + ":" + name + "\"");
                options += " " + zsh_entry(name, option.purpose);
            }
            if (!option.value.empty()) {
                values += "        " + joined(cases, "|") + ") " + zsh_values(value_of(option)) +
                          "; return ;;\n";
            }
        }
        std::string verbs;
        for (const VerbEntry& below : verb->verbs) {
            verbs += " " + zsh_entry(below.name, below.purpose);
        }
        words += "        \"" + path + "\")\n            options=(" + options +
                 ")\n            verbs=(" + verbs + ")\n            " +
                 (verbs.empty() ? "[[ $word != -* ]] && " + zsh_values(words_of(*verb))
                                : std::string("[[ $word != -* ]] && _describe verb verbs")) +
                 " ;;\n";
    }
    return "#compdef drover\n"
           "# zsh completion of drover, made by: drover completion zsh\n"
           "_drover() {\n"
           "    local word=${words[CURRENT]} before=${words[CURRENT - 1]}\n"
           "    local -a options verbs\n" +
           path_loop(places, "words", "2", "CURRENT") + "    case \"$path:$before\" in\n" + values +
           "    esac\n    case \"$path\" in\n" + words +
           "    esac\n"
           "    [[ $word == -* ]] && _describe option options\n"
           "}\n"
           "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n"
           "    _drover \"$@\"\n"
           "else\n"
           "    compdef _drover drover\n"
           "fi\n";
}

std::string fish_values(const Value& value) {
    switch (value.follows) {
        case Follows::words:
            return " -x -a " + quoted(joined(value.words, " "), Shell::fish);
        case Follows::files:
            return " -r -F";
        case Follows::folders:
            return " -x -a '(__fish_complete_directories)'";
        case Follows::agents:
            return " -f -a '(drover completion names 2>/dev/null)'";
        case Follows::nothing:
            break;
    }
    return " -x";
}

std::string fish_option(const OptionEntry& option) {
    std::string text;
    for (const std::string& name : option.names) {
        text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    return text + (option.value.empty() ? "" : fish_values(value_of(option))) + " -d " +
           quoted(option.purpose, Shell::fish);
}

std::string fish_script(const std::vector<Place>& places) {
    std::string known;
    std::string lines;
    for (const auto& [path, verb] : places) {
        known += " " + quoted(path, Shell::fish);
        const std::string head =
            "complete -c drover -n " + quoted("__drover_is \"" + path + "\"", Shell::fish);
        for (const VerbEntry& below : verb->verbs) {
            lines += head + " -f -a " + quoted(below.name, Shell::fish) + " -d " +
                     quoted(below.purpose, Shell::fish) + "\n";
        }
        const Value word = words_of(*verb);
        if (verb->verbs.empty() && word.follows != Follows::nothing) {
            lines += head + fish_values(word) + "\n";
        }
        for (const OptionEntry& option : verb->options) {
            if (!option.is_word) {
                lines += head + fish_option(option) + "\n";
            }
        }
    }
    return "# fish completion of drover, made by: drover completion fish\n"
           "function __drover_is\n"
           "    set -l place drover\n"
           "    for word in (commandline -opc)[2..-1]\n"
           "        contains -- \"$place $word\"" +
           known +
           "; and set place \"$place $word\"\n"
           "    end\n"
           "    test \"$place\" = \"$argv[1]\"\n"
           "end\n"
           "complete -c drover -f\n" +
           lines;
}

}  // namespace

std::string completion_script(const VerbEntry& tree, Shell shell) {
    const auto places = places_of(tree);
    switch (shell) {
        case Shell::bash:
            return bash_script(places);
        case Shell::zsh:
            return zsh_script(places);
        case Shell::fish:
            break;
    }
    return fish_script(places);
}

}  // namespace drover
