/// As CLI11 knows them.
#include "command/apply_options.hpp"

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "command/verb_options.hpp"

namespace drover {

namespace {

/// CLI11 writes "{}" for an option that stands alone.
bool is_nothing(const std::string& text) {
    return text.empty() || text == "{}";
}

bool is_alone(const std::vector<std::string>& given) {
    return given.empty() || is_nothing(given.front());
}

std::string check_steps(const std::string& text) {
    const bool is_step = text.size() == 1 && text >= "1" && text <= "9";
    return is_nothing(text) || is_step
               ? std::string()
               : "takes how many files to go back, 1 to 9, and this is '" + text + "'.";
}

}  // namespace

void add_apply_options(CLI::App& verb, ApplyOptions& options) {
    CLI::Option* const file =
        verb.add_option_function<std::string>(
                "-f,--file",
                [&options](const std::string& text) { options.file = text; },
                "The fleet's file (default: the one that the fleet runs with)")
            ->type_name("FILE");
    CLI::Option* const rollback =
        verb.add_option_function<std::vector<std::string>>(
                "--rollback",
                [&options](const std::vector<std::string>& given) {
                    options.rollback = is_alone(given) ? 1 : std::stoul(given.front());
                },
                "Return to the file applied before, or N files before (1 to 9)")
            ->expected(0, 1)
            ->check(CLI::Validator(check_steps, ""))
            ->type_name("[N]");
    CLI::Option* const list =
        verb.add_flag("--list", options.is_list, "Show the files that were applied");
    CLI::Option* const dry_run =
        verb.add_flag("--dry-run", options.is_dry_run, "Only show what would change");
    verb.add_flag("--saved", options.is_saved, "")->group("");  // droverd's own, for `watch`.
    rollback->excludes(file)->excludes(list);
    list->excludes(file)->excludes(dry_run);
    add_output_format(verb, options.as_json);
    add_timeout(verb, options.timeout, "How long to wait until it is done");
    add_example(verb,
                "  drover apply --dry-run\n  drover apply -f agents.yaml\n"
                "  drover apply --rollback");
}

}  // namespace drover
