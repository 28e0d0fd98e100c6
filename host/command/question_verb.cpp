/// The verbs that put a question to every running agent that serves a port.
#include "command/question_verb.hpp"

#include <cstdio>
#include <iostream>
#include <utility>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "command/agent_request.hpp"
#include "command/answer_table.hpp"
#include "command/exit_code.hpp"
#include "command/person.hpp"
#include "command/text_table.hpp"
#include "command/verb_options.hpp"

namespace drover {

namespace {

/// What an agent refused, as the exit code says it: a name or value that was typed wrongly, or not.
int exit_code_for(const AgentAnswer& answer) {
    const bool is_usage = answer.status == "invalid" || answer.status == "not_found";
    return is_usage ? int{exit_usage} : exit_code_of(answer);
}

/// Tables of the agents that answered; tells of the others and sets the exit code.
std::vector<AgentTable> tables_of(const std::vector<AgentAnswer>& answers, int& exit_code) {
    std::vector<AgentTable> tables;
    for (const AgentAnswer& answer : answers) {
        if (!answer.is_ok) {
            (void)std::fprintf(
                stderr, "drover: %s: %s\n", answer.agent.c_str(), printable(answer.error).c_str());
            exit_code = exit_code_for(answer);
            continue;
        }
        const auto body = parse_json(answer.reply);
        AgentTable table{answer.agent, body ? body.value() : Json(answer.reply)};
        if (const auto checked = check_answer(table); !checked) {
            exit_code = report(checked.error());
            continue;
        }
        tables.push_back(std::move(table));
    }
    return tables;
}

}  // namespace

int run_question(const std::filesystem::path& state_directory,
                 const FleetQuestion& question,
                 bool as_json) {
    auto client = ControlClient::connect(state_directory);
    if (!client) {
        return report(client.error());
    }
    const auto answers = ask_servers(
        client.value(),
        AgentQuestion{.agent = "", .port = question.port, .body = to_line(question.body)});
    if (!answers) {
        return report(answers.error());
    }
    int exit_code = exit_ok;
    const auto tables = concerned(tables_of(answers.value(), exit_code));
    const bool is_nobody_concerned =
        !tables.empty() && !tables.front().body.at("concerned").get<bool>();
    if (is_nobody_concerned) {
        for (const AgentTable& table : tables) {
            (void)std::fprintf(
                stderr, "drover: %s: %s", table.agent.c_str(), answers_text({table}, 0).c_str());
        }
        return exit_usage;
    }
    if (as_json) {
        std::puts(to_line(answers_json(tables)).c_str());
    } else {
        (void)std::fputs(answers_text(tables, terminal_width()).c_str(), stdout);
    }
    return exit_code;
}

void QuestionVerbs::add_to(CLI::App& app, std::filesystem::path& state_directory, Verbs& verbs) {
    app_ = &app;
    state_directory_ = &state_directory;
    verbs_ = &verbs;

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
    add_count(trades,
              "count",
              "At most so many of the last (all that are kept)",
              [this](std::uint64_t count) { count_ = count; });
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
    verbs_->emplace_back(&verb, [this, name, make = std::move(body)] {
        return run_question(*state_directory_, {name, with_account(make())}, as_json_);
    });
    return verb;
}

void QuestionVerbs::add_flatten() {
    CLI::App& verb =
        *app_->add_subcommand("flatten", "Withdraw all orders and close all positions");
    verbs_->emplace_back(&verb, [this] { return flatten(); });
    verb.add_option("SYMBOL", symbols_, "In these only");
    verb.add_flag("--yes", is_confirmed_, "Do not ask whether it is meant");
    finish(verb, "  drover flatten --yes\n  drover flatten SPX --account paper");
}

void QuestionVerbs::add_risk() {
    CLI::App& verb = *app_->add_subcommand("risk", "How the breakers stand, or reset them");
    verbs_->emplace_back(&verb, [this] {
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
