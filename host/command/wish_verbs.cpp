/// Their options as CLI11 knows them.
#include "command/wish_verbs.hpp"

#include <CLI/CLI.hpp>

#include "command/exit_code.hpp"
#include "command/verb_options.hpp"
#include "config/fleet_config.hpp"

namespace drover {

namespace {

constexpr std::chrono::milliseconds default_timeout = std::chrono::seconds(30);

/// Why the options of a wish do not go together; empty when they do.
std::string contradiction_in(const WishOptions& options) {
    const bool has_some = !options.names.empty() || !options.groups.empty();
    if (has_some && options.is_for_all) {
        return "--all means every agent: leave it out, or the names and groups.";
    }
    if (!has_some && !options.is_for_all) {
        return "Name the agents, or give --group or --all.";
    }
    if (options.is_rolling && !options.waits) {
        return "--rolling waits for each agent, so --no-wait makes no sense with it.";
    }
    return "";
}

}  // namespace

void WishVerbs::add_to(CLI::App& app, std::filesystem::path& state_directory, Verbs& verbs) {
    begin(app, state_directory, verbs);
    add_wish("start", "Start agents and what they depend on", start_, Wish::start);
    add_wish("stop", "Stop agents until a person starts them again", stop_, Wish::stop);
    add_wish("restart", "Stop agents in order and start them again", restart_, Wish::restart);
    add_ready();
    add_signal();
    add_scale();
    add_upgrade();
}

void WishVerbs::add_wish(const std::string& name,
                         const std::string& purpose,
                         WishOptions& options,
                         Wish wish) {
    options.wish = wish;
    options.timeout = default_timeout;
    CLI::App& verb = add_verb(name, purpose, [this, name, &options] {
        options.state_directory = state_directory();
        const std::string contradiction = contradiction_in(options);
        return contradiction.empty() ? run_wish(options) : report_usage(contradiction, name);
    });
    verb.add_option("NAME", options.names, "Agents");
    verb.add_option("--group", options.groups, "All agents with this restart_group; repeatable")
        ->type_name("NAME")
        ->allow_extra_args(false);
    verb.add_flag("--all", options.is_for_all, "All agents that are enabled");
    verb.add_flag("--with-dependents",
                  options.with_dependents,
                  "Also the agents that depend on them, and so on");
    if (wish == Wish::restart) {
        verb.add_flag("--rolling",
                      options.is_rolling,
                      "One after the other; end at the first that does not work again");
    }
    verb.add_flag("--wait,!--no-wait",
                  options.waits,
                  "Wait until it is done (default), or return once droverd has taken the wish");
    add_timeout(verb, options.timeout, "How long to wait until it is done");
    const std::string more = wish == Wish::restart ? " --group desk --rolling" : " --group desk";
    add_example(verb, "  drover " + name + " risk broker\n  drover " + name + more);
}

void WishVerbs::add_ready() {
    ready_.timeout = default_timeout;
    CLI::App& verb = add_verb("is-ready", "Whether agents do their work, for scripts", [this] {
        ready_.state_directory = state_directory();
        return run_ready(ready_);
    });
    verb.add_option("NAME", ready_.names, "Agents; all that are to run where none is named");
    verb.add_flag("--wait", ready_.waits, "Wait until they do, also for droverd itself");
    add_timeout(verb, ready_.timeout, "With --wait: how long");
    add_example(verb, "  drover is-ready\n  drover is-ready risk --wait --timeout 1m");
}

void WishVerbs::add_scale() {
    scale_.timeout = default_timeout;
    CLI::App& verb = add_verb("scale", "Change how many instances of an agent run", [this] {
        scale_.state_directory = state_directory();
        return run_scale(scale_);
    });
    verb.add_option("NAME", scale_.agent, "An agent that has `replicas` in its file")->required();
    verb.add_option("COUNT", scale_.count, "How many instances")
        ->required()
        ->check(CLI::Range(1, most_replicas));
    add_output_format(verb, scale_.as_json);
    add_timeout(verb, scale_.timeout, "How long to wait until it is done");
    add_example(verb, "  drover scale worker 4");
}

void WishVerbs::add_signal() {
    CLI::App& verb = add_verb("signal", "Send a signal to the process of an agent", [this] {
        signal_.state_directory = state_directory();
        return run_signal(signal_);
    });
    verb.add_option("NAME", signal_.agent, "An agent, or drover-router")->required();
    verb.add_option_function<std::string>(
            "SIGNAL",
            [this](const std::string& text) { signal_.signal = *signal_number(text); },
            "Its name or number: HUP, SIGUSR1, 10")
        ->required()
        ->check(CLI::Validator(
            [](const std::string& text) {
                return signal_number(text) ? std::string()
                                           : "'" + text + "' is no signal: write HUP, USR1 or 10.";
            },
            ""));
    add_example(verb, "  drover signal risk USR1");
}

void WishVerbs::add_upgrade() {
    constexpr std::chrono::milliseconds usual_trial = std::chrono::minutes(1);
    constexpr std::chrono::milliseconds long_timeout = std::chrono::minutes(2);
    upgrade_.trial = usual_trial;
    upgrade_.timeout = long_timeout;
    CLI::App& verb = add_verb("upgrade",
                              "Give an agent another plugin on trial, or replace droverd itself",
                              [this] { return run_upgrade(); });
    verb.add_option("NAME",
                    upgraded_,
                    "An agent; with --self another droverd (default: the one beside drover)");
    verb.add_option(
        "FILE", upgrade_.file, "Its new plugin; it must have another name than the old");
    verb.add_flag("--self", upgrades_itself_, "Replace droverd; agents and router run on");
    add_duration(verb,
                 "--trial",
                 upgrade_.trial,
                 "How long the new plugin must do its work before it stays");
    verb.add_flag("--without-rehearsal",
                  upgrade_.without_rehearsal,
                  "Do not first start the new plugin beside the old one, for it could not");
    add_timeout(verb, upgrade_.timeout, "How long it may take, beside the trial");
    add_example(verb,
                "  drover upgrade risk build/risk-2.so --trial 5m\n"
                "  drover upgrade broker build/broker-2.so --without-rehearsal\n"
                "  drover upgrade --self\n"
                "  drover upgrade --self /opt/drover/bin/droverd");
}

int WishVerbs::run_upgrade() {
    if (upgrades_itself_ && (!upgrade_.file.empty() || upgrade_.without_rehearsal)) {
        return report_usage(upgrade_.file.empty()
                                ? "--without-rehearsal is for an agent: droverd always rehearses."
                                : "--self takes no agent: name only another droverd, or nothing.",
                            "upgrade");
    }
    if (upgrades_itself_) {
        return run_self_upgrade({state_directory(), upgraded_, upgrade_.timeout});
    }
    if (upgraded_.empty() || upgrade_.file.empty()) {
        return report_usage("Name an agent and its new plugin, or give --self to replace droverd.",
                            "upgrade");
    }
    constexpr std::chrono::milliseconds longest_trial = std::chrono::hours(24);
    if (upgrade_.trial < std::chrono::milliseconds(1) || upgrade_.trial > longest_trial) {
        return report_usage("--trial takes 1ms to 24h.", "upgrade");
    }
    upgrade_.state_directory = state_directory();
    upgrade_.agent = upgraded_;
    return run_plugin_upgrade(upgrade_);
}

}  // namespace drover
