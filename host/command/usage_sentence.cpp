#include "command/usage_sentence.hpp"

#include <algorithm>
#include <string_view>

#include <CLI/CLI.hpp>

#include "base/names.hpp"

namespace drover {
namespace {

/// Cuts `text` at `mark`: what is before it, and what is behind it in `rest`.
bool cut_at(std::string_view text, std::string_view mark, std::string& before, std::string& rest) {
    const std::size_t place = text.find(mark);
    if (place == std::string_view::npos) {
        return false;
    }
    before = text.substr(0, place);
    rest = text.substr(place + mark.size());
    return true;
}

/// "--file" of "--file=x" and of "--file".
std::string option_of(const std::string& word) {
    return word.substr(0, word.find('='));
}

std::vector<std::string> options_of(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            names.push_back("--" + name);
        }
        for (const std::string& name : option->get_snames()) {
            names.push_back("-" + name);
        }
    }
    return names;
}

std::string unknown_option(const CLI::App& app, const std::string& word) {
    const std::string name = option_of(word);
    return "There is no option '" + name + "' here." + did_you_mean(name, options_of(app));
}

/// `words` are those that nothing takes, divided by blanks.
std::string too_much(const CLI::App& app,
                     const std::string& words,
                     const std::vector<std::string>& typed) {
    std::vector<std::string> extra;
    for (const std::string& word : typed) {
        // CLI11 tells them in another order, so they are looked for where they were typed.
        if ((" " + words + " ").find(" " + word + " ") != std::string::npos) {
            extra.push_back(word);
        }
    }
    const auto option = std::ranges::find_if(
        extra, [](const std::string& word) { return word.size() > 1 && word.starts_with('-'); });
    if (option != extra.end()) {
        return unknown_option(app, *option);
    }
    std::string list;
    for (const std::string& word : extra) {
        list += (list.empty() ? "'" : ", '") + word + "'";
    }
    return (list.empty() ? "'" + words + "'" : list) +
           (extra.size() > 1 ? " are too many arguments." : " is an argument too many.");
}

/// What a verb that needs another one behind it can go on with.
std::string missing_verb(const CLI::App& app, const std::vector<std::string>& typed) {
    const auto known = options_of(app);
    const auto unknown = std::ranges::find_if(typed, [&](const std::string& word) {
        return word.size() > 1 && word.starts_with('-') &&
               std::ranges::find(known, option_of(word)) == known.end();
    });
    if (unknown != typed.end()) {
        return unknown_option(app, *unknown);
    }
    std::string list;
    constexpr std::size_t most_listed = 6;
    // Behind the verb that needs another one stands what is none of them.
    const auto own = std::ranges::find(typed, app.get_name());
    const std::string wrong =
        own == typed.end() || std::next(own) == typed.end() ? "" : *std::next(own);
    const auto verbs = app.get_subcommands([](const CLI::App*) { return true; });
    for (const CLI::App* verb : verbs) {
        list += (list.empty() ? "" : ", ") + verb->get_name();
    }
    if (verbs.size() > most_listed) {
        return "A verb is missing: what is to be done?";
    }
    return wrong.empty() || wrong.starts_with('-')
               ? "A verb is missing: " + list + "."
               : "'" + app.get_name() + "' has no verb '" + wrong + "': it has " + list + ".";
}

std::string choices_text(std::string choices) {
    choices.erase(std::remove_if(choices.begin(),
                                 choices.end(),
                                 [](char letter) { return letter == '{' || letter == '}'; }),
                  choices.end());
    std::string list;
    for (const char letter : choices) {
        list += letter == ',' ? std::string(", ") : std::string(1, letter);
    }
    return list;
}

}  // namespace

std::pair<const CLI::App*, std::string> verb_in_use(const CLI::App& program) {
    const CLI::App* verb = &program;
    std::string name;
    for (auto used = verb->get_subcommands(); !used.empty(); used = verb->get_subcommands()) {
        verb = used.front();
        name += (name.empty() ? "" : " ") + verb->get_name();
    }
    return {verb, name};
}

std::string usage_sentence(const CLI::App& app,
                           const CLI::Error& error,
                           const std::vector<std::string>& typed) {
    std::string text = error.what();
    std::string before;
    std::string rest;
    if (cut_at(text, " not expected: ", before, rest)) {
        return too_much(app, rest, typed);
    }
    if (cut_at(text, "subcommand is required", before, rest)) {
        return missing_verb(app, typed);
    }
    if (cut_at(text, ": At Most 1 required but received ", before, rest)) {
        return before + " was given " + rest + " times, and takes one value.";
    }
    if (cut_at(text, ": 1 required ", before, rest) && rest.ends_with(" missing")) {
        return before + " needs a value behind it (" + rest.substr(0, rest.rfind(' ')) + ").";
    }
    std::string what;
    if (cut_at(text, ": ", before, rest) && cut_at(rest, " not in {", what, text)) {
        return before + ": '" + what + "' is none of " + choices_text(text) + ".";
    }
    if (cut_at(error.what(), ": Value ", before, rest) &&
        cut_at(rest, " not in range ", what, text)) {
        return before + ": '" + what + "' does not lie in the range " + text + ".";
    }
    if (cut_at(error.what(), "Could not convert: ", before, rest) &&
        cut_at(rest, " = ", what, text)) {
        return what + ": '" + text + "' cannot be read as the kind of value that it takes.";
    }
    text = error.what();
    return text + (text.ends_with('.') ? "" : ".");
}

}  // namespace drover
