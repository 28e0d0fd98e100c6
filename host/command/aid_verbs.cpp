/// Their options as CLI11 knows them.
#include "command/aid_verbs.hpp"

#include <CLI/CLI.hpp>

#include "command/verb_options.hpp"
#include "command/verb_tree.hpp"

namespace drover {

void AidVerbs::add_to(CLI::App& app, std::filesystem::path& state_directory, Verbs& verbs) {
    begin(app, state_directory, verbs);
    add_top();
    add_doctor();
    add_support_bundle();
    add_completion();
}

void AidVerbs::add_place(CLI::App& verb, DoctorPlace& place) {
    add_fleet_file(verb, place.file);
    add_environment(verb);
    verb.get_option("--file")->each([&place](const std::string&) { place.is_file_named = true; });
}

void AidVerbs::add_top() {
    CLI::App& verb = add_verb("top", "The fleet live on the whole screen", [this] {
        top_.state_directory = state_directory();
        return run_top(top_);
    });
    add_pause(verb, top_.interval);
    verb.add_option_function<std::string>(
            "--sort",
            [this](const std::string& word) { top_.sorted_by = *column_of_key(word.substr(0, 1)); },
            "What to sort by at first (default: cpu)")
        ->check(CLI::IsMember(
            {"name", "state", "cpu", "memory", "in", "out", "lost", "restarts", "uptime"}))
        ->type_name("COLUMN");
    add_example(verb, "  drover top\n  drover top --sort memory --interval 500ms");
}

void AidVerbs::add_doctor() {
    CLI::App& verb = add_verb("doctor", "Whether a fleet can run here, and what to do", [this] {
        doctor_.place.state_directory = state_directory();
        return run_doctor(doctor_);
    });
    add_place(verb, doctor_.place);
    add_output_format(verb, doctor_.as_json);
    add_example(verb, "  drover doctor\n  drover doctor -f agents.yaml -o json");
}

void AidVerbs::add_support_bundle() {
    CLI::App& verb =
        add_verb("support-bundle", "Pack what others need to understand a trouble", [this] {
            bundle_.place.state_directory = state_directory();
            return run_support_bundle(bundle_);
        });
    add_place(verb, bundle_.place);
    verb.add_option_function<std::string>(
            "-O",
            [this](const std::string& text) { bundle_.output = text; },
            "The archive (default: drover-support-TIME.tar.gz)")
        ->type_name("FILE");
    add_example(verb, "  drover support-bundle\n  drover support-bundle -O /tmp/trouble.tar.gz");
}

void AidVerbs::add_completion() {
    CLI::App& verb =
        add_verb("completion", "Print the script that completes drover in a shell", [this] {
            completion_.state_directory = state_directory();
            return run_completion(completion_, verb_tree(app()));
        });
    verb.add_option("SHELL", completion_.what, "The shell; names prints the agents' names")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish", "names"}));
    add_example(verb,
                "  drover completion zsh > ~/.zfunc/_drover\n"
                "  source <(drover completion bash)\n"
                "  drover completion fish > ~/.config/fish/completions/drover.fish");
}

}  // namespace drover
