#include "command/verb_group.hpp"

#include <utility>

#include <CLI/CLI.hpp>

#include "command/verb_options.hpp"

namespace drover {

void VerbGroup::begin(CLI::App& app, std::filesystem::path& state_directory, Verbs& verbs) {
    app_ = &app;
    state_directory_ = &state_directory;
    verbs_ = &verbs;
}

CLI::App& VerbGroup::add_verb(const std::string& name,
                              const std::string& purpose,
                              std::function<int()> run) {
    CLI::App& verb = add_plain_verb(name, purpose, std::move(run));
    add_state_directory(verb, *state_directory_);
    return verb;
}

CLI::App& VerbGroup::add_plain_verb(const std::string& name,
                                    const std::string& purpose,
                                    std::function<int()> run) {
    CLI::App& verb = *app_->add_subcommand(name, purpose);
    verbs_->emplace_back(&verb, std::move(run));
    return verb;
}

}  // namespace drover
