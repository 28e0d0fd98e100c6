/// Their options as CLI11 knows them.
#include "command/recording_verbs.hpp"

#include <CLI/CLI.hpp>

#include "command/verb_options.hpp"

namespace drover {

void RecordingVerbs::add_to(CLI::App& app, std::filesystem::path& state_directory, Verbs& verbs) {
    begin(app, state_directory, verbs);
    add_record();
    add_replay();
    add_parity();
    add_why();
}

void RecordingVerbs::add_record() {
    CLI::App& verb =
        add_verb("record", "Write down what every agent is given and what it gives", [this] {
            record_.state_directory = state_directory();
            return run_record(record_);
        });
    verb.add_option(
        "PATTERN", record_.patterns, "Topics; with one only the messages on them are recorded");
    verb.add_option("-O", record_.file, "The recording, a new file")->required()->type_name("FILE");
    verb.add_option("--agent", record_.agents, "Agents; all where none is named")
        ->type_name("NAME");
    add_count(verb, "count", "End after so many messages", [this](std::uint64_t count) {
        record_.count = count;
    });
    add_duration(verb, "--duration", record_.duration, "End so long after the first message");
    verb.add_flag("--restart",
                  record_.restart,
                  "Restart the agents, so that their lives are recorded from the beginning");
    add_example(verb,
                "  drover record -O spx.recording &\n"
                "  drover up\n"
                "  drover record 'order.>' -O orders.recording --duration 1h");
}

void RecordingVerbs::add_replay() {
    CLI::App& verb = add_plain_verb("replay",
                                    "Give one agent what was recorded; compare what it gives",
                                    [this] { return run_replay(replay_); });
    verb.add_option("FILE", replay_.file, "The recording")->required()->check(CLI::ExistingFile);
    verb.add_option("--agent", replay_.agent, "Which agent")->required()->type_name("NAME");
    verb.add_option("--plugin", replay_.plugin, "Another build of its library")
        ->check(CLI::ExistingFile)
        ->type_name("FILE.so");
    add_output_format(verb, replay_.as_json);
    add_example(verb,
                "  drover replay spx.recording --agent risk\n"
                "  drover replay spx.recording --agent risk --plugin build/plugins/risk.so");
}

void RecordingVerbs::add_parity() {
    CLI::App& verb = add_plain_verb("parity",
                                    "Whether a recording can be had again, byte for byte",
                                    [this] { return run_parity(parity_); });
    verb.add_option("FILE", parity_.file, "The recording")->required()->check(CLI::ExistingFile);
    CLI::Option* const backtest =
        verb.add_flag("--backtest",
                      parity_.backtest,
                      "The fleet afresh from the outside inputs; compare every order");
    verb.add_option("--topic",
                    parity_.topics,
                    "Topics to compare (default: orders, verdicts, positions, accounts)")
        ->needs(backtest)
        ->type_name("PATTERN");
    add_output_format(verb, parity_.as_json);
    add_example(verb, "  drover parity spx.recording\n  drover parity spx.recording --backtest");
}

void RecordingVerbs::add_why() {
    CLI::App& verb =
        add_verb("why", "What led to an order, in the words that each agent gave", [this] {
            why_.state_directory = state_directory();
            return run_why(why_);
        });
    verb.add_option("ORDER_ID", why_.id, "The client order id")
        ->required()
        ->check(not_empty("'' is no order id: give the whole of one."));
    verb.add_option("--recording",
                    why_.file,
                    "Look into this beside the durable log (default: what is being recorded now)")
        ->check(CLI::ExistingFile)
        ->type_name("FILE");
    add_output_format(verb, why_.as_json);
    add_example(verb,
                "  drover why 5c1d8e0f2a\n"
                "  drover why 5c1d8e0f2a --recording spx.recording");
}

}  // namespace drover
