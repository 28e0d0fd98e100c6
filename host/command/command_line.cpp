/// Every verb with its options, in the order of `drover --help`.
#include "command/command_line.hpp"

#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/names.hpp"
#include "command/aid_verbs.hpp"
#include "command/apply_options.hpp"
#include "command/apply_verb.hpp"
#include "command/backtest_options.hpp"
#include "command/backtest_verb.hpp"
#include "command/describe_verb.hpp"
#include "command/down_verb.hpp"
#include "command/events_verb.hpp"
#include "command/exit_code.hpp"
#include "command/generate_verb.hpp"
#include "command/graph_verb.hpp"
#include "command/guarded_run.hpp"
#include "command/kill_switch_verb.hpp"
#include "command/log_verbs.hpp"
#include "command/logs_verb.hpp"
#include "command/question_verb.hpp"
#include "command/recording_verbs.hpp"
#include "command/request_verb.hpp"
#include "command/status_verb.hpp"
#include "command/tap_verb.hpp"
#include "command/up_verb.hpp"
#include "command/usage_sentence.hpp"
#include "command/validate_verb.hpp"
#include "command/verb_options.hpp"
#include "command/wish_verbs.hpp"

namespace drover {

namespace {

constexpr std::chrono::milliseconds default_timeout = std::chrono::seconds(30);
constexpr std::chrono::milliseconds default_down_timeout = std::chrono::minutes(2);

/// All verbs, and what their options were set to.
class CommandLine {
public:
    CommandLine() {
        app_.require_subcommand(1);
        app_.set_version_flag("--version", "drover " DROVER_VERSION);
        add_state_directory(app_, state_directory_);
        app_.footer(
            "Exit codes: 0 ok, 1 failed, 2 usage, 3 an agent named is unhealthy or failed, "
            "4 no droverd running, 5 timed out.");
        add_up();
        add_down();
        add_status();
        wishes_.add_to(app_, state_directory_, verbs_);
        add_apply();
        add_events();
        add_logs();
        log_.add_to(app_, state_directory_, verbs_);
        add_tap();
        recordings_.add_to(app_, state_directory_, verbs_);
        add_request();
        add_kill_switch();
        questions_.add_to(app_, state_directory_, verbs_);
        add_validate();
        add_describe();
        add_graph();
        add_backtest();
        add_generate();
        aids_.add_to(app_, state_directory_, verbs_);
    }
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;
    ~CommandLine() = default;

    int run(int count, char** arguments) {
        try {
            app_.parse(count, arguments);
        } catch (const CLI::ParseError& error) {
            if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
                return app_.exit(error);  // --help and --version.
            }
            const auto [used, verb] = verb_in_use(app_);
            const std::string typed = verb.empty() ? first_word(count, arguments) : "";
            return report_usage(
                typed.empty() ? usage_sentence(*used, error, {arguments + 1, arguments + count})
                              : unknown_verb(typed),
                verb);
        }
        for (const auto& [verb, run] : verbs_) {
            if (verb->parsed()) {
                return run_guarded(run);
            }
        }
        return report_usage("A verb is needed.", "");  // Unreachable: one is required.
    }

    [[nodiscard]] VerbEntry tree() const { return verb_tree(app_); }

private:
    /// What stands where a verb should; empty when there are only options.
    static std::string first_word(int count, char** arguments) {
        for (int index = 1; index < count; ++index) {
            const std::string word = arguments[index];
            if (word == "--state-dir") {
                ++index;
            } else if (!word.starts_with('-')) {
                return word;
            }
        }
        return "";
    }

    [[nodiscard]] std::string unknown_verb(const std::string& typed) const {
        std::vector<std::string> known;
        for (const auto& [verb, run] : verbs_) {
            known.push_back(verb->get_name());
        }
        return "There is no verb '" + typed + "'." + did_you_mean(typed, known);
    }

    CLI::App& add_verb(const std::string& name,
                       const std::string& purpose,
                       std::function<int()> run) {
        CLI::App& verb = *app_.add_subcommand(name, purpose);
        verbs_.emplace_back(&verb, std::move(run));
        return verb;
    }

    /// The same, with --state-dir.
    CLI::App& add_fleet_verb(const std::string& name,
                             const std::string& purpose,
                             std::function<int()> run) {
        CLI::App& verb = add_verb(name, purpose, std::move(run));
        add_state_directory(verb, state_directory_);
        return verb;
    }

    void add_up() {
        up_.timeout = default_timeout;
        CLI::App& verb = add_fleet_verb("up", "Start the fleet", [this] {
            up_.state_directory = state_directory_;
            return run_up(up_);
        });
        add_fleet_file(verb, up_.file);
        add_environment(verb);
        verb.add_flag("-d,--detach",
                      up_.in_background,
                      "Run in the background; return once every agent is running and healthy");
        verb.add_flag("--fresh", up_.fresh, "Forget the state of all agents first");
        add_timeout(verb, up_.timeout, "With -d: how long to wait for that");
        add_example(verb, "  drover up -d --timeout 1m\n  drover up -f examples/desk/agents.yaml");
    }

    void add_down() {
        down_.timeout = default_down_timeout;
        CLI::App& verb = add_fleet_verb("down", "Stop the fleet", [this] {
            down_.state_directory = state_directory_;
            return run_down(down_);
        });
        add_timeout(verb, down_.timeout, "How long to wait for its end");
        add_example(verb, "  drover down");
    }

    void add_status() {
        CLI::App& verb = add_fleet_verb("status", "How every agent is, and why", [this] {
            status_.state_directory = state_directory_;
            return run_status(status_);
        });
        verb.add_option("NAME", status_.names, "Agents; all where none is named");
        add_output_format(verb, status_.as_json, "table");
        add_interval(verb, status_.watch, status_.names);
        add_example(verb,
                    "  drover status\n  drover status risk -o json\n  drover status --watch 500ms");
    }

    void add_apply() {
        apply_.timeout = default_timeout;
        CLI::App& verb =
            add_fleet_verb("apply", "Let the running fleet take its file as it is now", [this] {
                apply_.state_directory = state_directory_;
                return run_apply(apply_);
            });
        add_apply_options(verb, apply_);
    }

    void add_events() {
        CLI::App& verb = add_fleet_verb("events", "What happened, and why", [this] {
            events_.state_directory = state_directory_;
            return run_events(events_);
        });
        verb.add_option("NAME", events_.names, "Agents or drover-router; all if none");
        verb.add_flag("-f,--follow", events_.follow, "Go on with what happens from now on");
        add_count(verb,
                  "lines",
                  "At most so many of the past (100; with --since: all)",
                  [this](std::uint64_t count) { events_.lines = count; });
        add_since(verb, events_.since);
        add_event_kinds(verb, events_.kinds);
        add_output_format(verb, events_.as_json);
        add_example(verb,
                    "  drover events -f\n  drover events risk --since 10m\n"
                    "  drover events --kind refusal,loss --since 2026-11-26 -o json");
    }

    void add_logs() {
        CLI::App& verb = add_fleet_verb("logs", "What agents wrote", [this] {
            logs_.state_directory = state_directory_;
            return run_logs(logs_);
        });
        verb.add_option("NAME", logs_.names, "Agents, drover-router or droverd; all if none");
        CLI::Option* const follow =
            verb.add_flag("-f,--follow", logs_.follow, "Go on with what they write from now on");
        add_count(verb,
                  "lines",
                  "At most so many lines of the past (100; with --since or --previous: all)",
                  [this](std::uint64_t count) { logs_.lines = count; });
        add_since(verb, logs_.since);
        verb.add_flag("-p,--previous", logs_.previous, "Of the life before the last restart only")
            ->excludes(follow);
        add_output_format(verb, logs_.as_json);
        add_example(verb,
                    "  drover logs -f risk\n  drover logs risk --previous\n"
                    "  drover logs --since 10m -o json");
    }

    void add_tap() {
        CLI::App& verb = add_fleet_verb("tap", "Messages as they pass", [this] {
            tap_.state_directory = state_directory_;
            return run_tap(tap_);
        });
        verb.add_option("PATTERN", tap_.pattern, "Topics: '*' is one token, '>' the rest");
        add_count(verb, "count", "End after so many messages", [this](std::uint64_t count) {
            tap_.count = count;
        });
        verb.add_option("--from",
                        tap_.from,
                        "Begin in the durable log: `start`, a position, how long ago (10m), a "
                        "date or a time")
            ->check(not_empty("'' is no place in the durable log: write one, or leave the option "
                              "out."))
            ->type_name("START");
        verb.add_option("--rate", tap_.rate, "Print at most so many messages a second")
            ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}))
            ->type_name("N");
        add_tap_socket(verb, tap_.asks_for_socket, tap_.listen);
        verb.add_option("--new-key", tap_.new_key, "Make a client's key pair; print its line")
            ->check(not_empty("'' is no file: name one, or leave the option out."))
            ->type_name("FILE");
        add_output_format(verb, tap_.as_json);
        add_example(verb,
                    "  drover tap 'market.bar.>' -n 3\n  drover tap 'order.>' -o json\n"
                    "  drover tap 'market.>' --rate 5\n"
                    "  drover tap 'order.>' --from 10m\n  drover tap 'order.>' --from start");
    }

    void add_request() {
        CLI::App& verb = add_fleet_verb("request", "Ask an agent; print its reply", [this] {
            request_.state_directory = state_directory_;
            return run_request(request_);
        });
        verb.add_option("AGENT", request_.agent, "Whom to ask")->required();
        verb.add_option("PORT", request_.port, "One of its request_server ports, see describe")
            ->required();
        verb.add_option("JSON", request_.body, "What to ask, as JSON")->required();
        add_timeout(verb, request_.timeout, "How long to wait for the reply");
        add_output_format(verb, request_.as_json);
        add_example(verb, "  drover request broker positions '{}'");
    }

    void add_kill_switch() {
        CLI::App& verb =
            add_fleet_verb("kill-switch", "Stop gated topics, or let them pass", [this] {
                kill_switch_.state_directory = state_directory_;
                return run_kill_switch(kill_switch_);
            });
        verb.require_subcommand(1);
        const auto add = [&](const char* name, const char* purpose, KillSwitchWish wish) {
            CLI::App* wished = verb.add_subcommand(name, purpose);
            wished->callback([this, wish] { kill_switch_.wish = wish; });
            add_state_directory(*wished, state_directory_);
            add_output_format(*wished, kill_switch_.as_json);
            if (wish != KillSwitchWish::status) {
                wished->add_option("--reason", kill_switch_.reason, "Why, for those who look later")
                    ->type_name("TEXT");
            }
            add_example(*wished,
                        std::string("  drover kill-switch ") + name +
                            (wish == KillSwitchWish::engage ? " --reason \"looks wrong\"" : ""));
        };
        add("engage", "Stop gated topics at once", KillSwitchWish::engage);
        add("release", "Let gated topics pass from now on", KillSwitchWish::release);
        add("status", "Whether it is engaged, since when, by whom, why", KillSwitchWish::status);
        add_example(verb,
                    "  drover kill-switch engage --reason \"looks wrong\"\n"
                    "  drover kill-switch status\n"
                    "  drover kill-switch release");
    }

    void add_validate() {
        CLI::App& verb = add_verb("validate",
                                  "Everything that is wrong with a fleet's file",
                                  [this] { return run_validate(validate_); });
        add_fleet_file(verb, validate_.file);
        add_environment(verb);
        add_output_format(verb, validate_.as_json);
        add_example(verb, "  drover validate -f agents.yaml");
    }

    void add_describe() {
        CLI::App& verb =
            add_fleet_verb("describe", "What an agent is and did, or what a plugin offers", [this] {
                describe_.state_directory = state_directory_;
                return run_describe(describe_);
            });
        verb.add_option(
                "NAME|FILE", describe_.subject, "An agent of the running fleet, or a .so file")
            ->required();
        add_output_format(verb, describe_.as_json);
        add_example(verb, "  drover describe risk\n  drover describe build/plugins/broker.so");
    }

    void add_graph() {
        CLI::App& verb =
            add_fleet_verb("graph", "Who starts after whom, who publishes what to whom", [this] {
                graph_.state_directory = state_directory_;
                return run_graph(graph_);
            });
        verb.add_option_function<std::string>(
                "-f,--file",
                [this](const std::string& file) { graph_.file = file; },
                "A fleet's file (default: the running fleet)")
            ->type_name("FILE");
        add_environment(verb);
        add_graph_form(verb, graph_.form);
        add_example(verb,
                    "  drover graph -f agents.yaml\n"
                    "  drover graph -o dot | dot -Tsvg > fleet.svg");
    }

    void add_backtest() {
        CLI::App& verb = add_verb("backtest", "Run the fleet on a virtual clock", [this] {
            return run_backtest(backtest_);
        });
        add_backtest_options(verb, backtest_);
    }

    void add_generate() {
        generate_ = &add_verb("generate", "Make data to try a fleet on: reproducible bars", [this] {
            return run_generate(generate_->remaining());
        });
        // Whatever follows, --help included, is for drover-generate.
        generate_->set_help_flag();
        generate_->prefix_command();
    }

    CLI::App app_{"drover starts, watches and stops a fleet of trading agents.", "drover"};
    std::vector<std::pair<CLI::App*, std::function<int()>>> verbs_;
    std::filesystem::path state_directory_ = default_state_directory();
    UpOptions up_;
    DownOptions down_;
    StatusOptions status_;
    ApplyOptions apply_;
    WishVerbs wishes_;
    EventsOptions events_;
    LogsOptions logs_;
    LogVerbs log_;
    TapOptions tap_;
    RecordingVerbs recordings_;
    RequestOptions request_;
    QuestionVerbs questions_;
    KillSwitchOptions kill_switch_;
    ValidateOptions validate_;
    DescribeVerbOptions describe_;
    GraphOptions graph_;
    BacktestOptions backtest_;
    CLI::App* generate_ = nullptr;
    AidVerbs aids_;
};

}  // namespace

VerbEntry command_verbs() {
    return CommandLine().tree();
}

int run_command_line(int count, char** arguments) {
    return CommandLine().run(count, arguments);
}

}  // namespace drover
