/// Their options as CLI11 knows them.
#include "command/aid_verbs.hpp"

#include <CLI/CLI.hpp>

#include "command/verb_options.hpp"
#include "command/verb_tree.hpp"

namespace drover {

void AidVerbs::add_to(CLI::App& app, std::filesystem::path& state_directory, Verbs& verbs) {
    app_ = &app;
    state_directory_ = &state_directory;
    verbs_ = &verbs;
    add_completion();
}

void AidVerbs::add_completion() {
    CLI::App& verb =
        *app_->add_subcommand("completion", "Print the script that completes drover in a shell");
    verbs_->emplace_back(&verb, [this] {
        completion_.state_directory = *state_directory_;
        return run_completion(completion_, verb_tree(*app_));
    });
    add_state_directory(verb, *state_directory_);
    verb.add_option("SHELL", completion_.what, "The shell; names prints the agents' names")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish", "names"}));
    add_example(verb,
                "  drover completion zsh > ~/.zfunc/_drover\n"
                "  source <(drover completion bash)\n"
                "  drover completion fish > ~/.config/fish/completions/drover.fish");
}

}  // namespace drover
