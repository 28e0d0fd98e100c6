/// Reading CLI11's applications and options.
#include "command/verb_tree.hpp"

#include <sstream>

#include <CLI/CLI.hpp>

namespace drover {

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);) {
        parts.push_back(part);
    }
    return parts;
}

/// CLI11 writes the values that an option is limited to behind its type: "KIND:{loss,refusal}".
void read_value(const std::string& type, OptionEntry& entry) {
    const std::size_t brace = type.find('{');
    const std::size_t end = type.find('}', brace);
    entry.value = type.substr(0, type.find(':'));
    if (brace != std::string::npos && end != std::string::npos) {
        entry.words = split(type.substr(brace + 1, end - brace - 1), ',');
    } else if (entry.value.find('|') != std::string::npos && entry.value.front() != '[') {
        entry.words = split(entry.value, '|');
    }
}

OptionEntry entry_of(const CLI::Option& option) {
    OptionEntry entry;
    for (const std::string& name : option.get_snames()) {
        entry.names.push_back("-" + name);
    }
    for (const std::string& name : option.get_lnames()) {
        entry.names.push_back("--" + name);
    }
    entry.is_word = entry.names.empty();
    if (entry.is_word) {
        entry.names.push_back(option.get_name(true));
    }
    if (option.get_items_expected_max() > 0) {
        read_value(option.get_type_name(), entry);
    }
    if (entry.is_word) {
        entry.value.clear();
    }
    entry.purpose = option.get_description();
    entry.is_required = option.get_required();
    return entry;
}

}  // namespace

VerbEntry verb_tree(const CLI::App& app) {
    VerbEntry tree;
    tree.name = app.get_name();
    tree.purpose = app.get_description();
    tree.footer = app.get_footer();
    for (const CLI::Option* option : app.get_options({})) {
        tree.options.push_back(entry_of(*option));
    }
    for (const CLI::App* verb : app.get_subcommands({})) {
        tree.verbs.push_back(verb_tree(*verb));
    }
    return tree;
}

}  // namespace drover
