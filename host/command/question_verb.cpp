/// The verbs that put a question to every running agent that serves a port.
#include "command/question_verb.hpp"

#include <cstdio>
#include <iostream>
#include <utility>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "base/json_value.hpp"
#include "command/exit_code.hpp"
#include "command/person.hpp"
#include "command/verb_options.hpp"

namespace drover {

void QuestionVerbs::add_to(CLI::App& app, std::filesystem::path& state_directory, const Add& add) {
    app_ = &app;
    state_directory_ = &state_directory;
    add_ = add;

    CLI::App& positions = add_question("positions", "What the accounts hold", [this] {
        return Json{{"symbols", symbols_}};
    });
    positions.add_option("SYMBOL", symbols_, "Of these only");
    finish(positions, "  drover positions\n  drover positions SPX -o json");

    CLI::App& orders = add_question("orders", "The orders that work", [this] {
        return Json{{"all", wants_all_}};
    });
    orders.add_flag("--all", wants_all_, "The ended ones that are kept, too");
    finish(orders, "  drover orders --all");

    CLI::App& trades = add_question("trades", "The trades that are closed", [this] {
        return count_ ? Json{{"count", *count_}} : Json::object();
    });
    trades
        .add_option_function<std::uint64_t>(
            "-n,--count",
            [this](const std::uint64_t& count) { count_ = count; },
            "At most so many of the last (all that are kept)")
        ->type_name("N");
    finish(trades, "  drover trades -n 20");

    CLI::App& accounts =
        add_question("accounts", "What the accounts are worth", [] { return Json::object(); });
    finish(accounts, "  drover accounts -o json");

    add_flatten();
    add_risk();
}

CLI::App& QuestionVerbs::add_question(const char* name,
                                      const char* purpose,
                                      std::function<Json()> body) {
    CLI::App& verb = *app_->add_subcommand(name, purpose);
    add_(verb, [this, name, make = std::move(body)] {
        return run_question(*state_directory_, {name, with_account(make())}, as_json_);
    });
    return verb;
}

void QuestionVerbs::add_flatten() {
    CLI::App& verb =
        *app_->add_subcommand("flatten", "Withdraw all orders and close all positions");
    add_(verb, [this] { return flatten(); });
    verb.add_option("SYMBOL", symbols_, "In these only");
    verb.add_flag("--yes", is_confirmed_, "Do not ask whether it is meant");
    finish(verb, "  drover flatten --yes\n  drover flatten SPX --account paper");
}

void QuestionVerbs::add_risk() {
    CLI::App& verb = *app_->add_subcommand("risk", "How the breakers stand, or reset them");
    add_(verb, [this] {
        if (!is_reset_) {
            return run_question(*state_directory_, {"risk-status", with_account({})}, as_json_);
        }
        Json body{{"by", by_.empty() ? person_name() : by_}, {"reason", reason_}};
        if (!breaker_.empty()) {
            body["breaker"] = breaker_;
        }
        return run_question(
            *state_directory_, {"risk-reset", with_account(std::move(body))}, as_json_);
    });
    verb.require_subcommand(1);
    add_state_directory(verb, *state_directory_);
    CLI::App& status = *verb.add_subcommand("status", "Every breaker with its value and limit");
    finish(status, "  drover risk status");
    CLI::App& reset =
        *verb.add_subcommand("reset", "Let trading go on after a breaker has tripped");
    reset.callback([this] { is_reset_ = true; });
    reset.add_option("--reason", reason_, "Why trading may go on")->required()->type_name("TEXT");
    reset.add_option("--by", by_, "Who resets it (default: the user's name)")->type_name("NAME");
    reset.add_option("--breaker", breaker_, "This breaker only (default: all that have tripped)")
        ->type_name("NAME");
    finish(reset, "  drover risk reset --by mona --reason \"the data was wrong\"");
    add_example(verb,
                "  drover risk status\n"
                "  drover risk reset --by mona --reason \"the data was wrong\"");
}

void QuestionVerbs::finish(CLI::App& verb, const char* example) {
    verb.add_option("--account", account_, "Of this account only (default: all)")
        ->type_name("NAME");
    add_state_directory(verb, *state_directory_);
    add_output_format(verb, as_json_, "table");
    add_example(verb, example);
}

Json QuestionVerbs::with_account(Json body) const {
    if (body.is_null()) {
        body = Json::object();
    }
    if (!account_.empty()) {
        body["account"] = account_;
    }
    return body;
}

int QuestionVerbs::flatten() const {
    if (!is_confirmed_) {
        if (::isatty(STDIN_FILENO) == 0) {
            std::fputs(
                "drover: flatten asks before it does anything, and nobody can be asked here; give "
                "--yes. Run 'drover flatten --help' for help.\n",
                stderr);
            return exit_usage;
        }
        std::fputs(
            "This withdraws all orders and closes all positions, also while the kill switch "
            "is engaged. Type yes to go on: ",
            stderr);
        std::string answer;
        if (!std::getline(std::cin, answer) || answer != "yes") {
            std::fputs("Nothing was done.\n", stderr);
            return exit_failed;
        }
    }
    return run_question(*state_directory_,
                        {"flatten", with_account({{"symbols", symbols_}, {"by", person_name()}})},
                        as_json_);
}

}  // namespace drover
