/// The verbs that put a question to every running agent that serves a port, and show the answers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json_value.hpp"

namespace CLI {
class App;
}

namespace drover {

/// Which port a question goes to, and what it says. The command knows no more of it.
struct FleetQuestion {
    std::string port;
    Json body;
};

/// Puts the question to every running agent that serves the port. Prints one table, or one JSON
/// document, and what the agents said. Returns the exit code.
[[nodiscard]] int run_question(const std::filesystem::path& state_directory,
                               const FleetQuestion& question,
                               bool as_json);

/// positions, orders, trades, accounts, flatten, risk.
class QuestionVerbs {
public:
    /// Verbs and what runs each.
    using Verbs = std::vector<std::pair<CLI::App*, std::function<int()>>>;

    /// All that it is given must live as long as this.
    void add_to(CLI::App& app, std::filesystem::path& state_directory, Verbs& verbs);

private:
    CLI::App& add_question(const char* name, const char* purpose, std::function<Json()> body);
    void add_flatten();
    void add_risk();
    void finish(CLI::App& verb, const char* example);
    [[nodiscard]] Json with_account(Json body) const;
    [[nodiscard]] int flatten() const;

    CLI::App* app_ = nullptr;
    std::filesystem::path* state_directory_ = nullptr;
    Verbs* verbs_ = nullptr;
    std::string account_;
    std::vector<std::string> symbols_;
    std::optional<std::uint64_t> count_;
    bool wants_all_ = false;
    bool is_confirmed_ = false;
    bool as_json_ = false;
    bool is_reset_ = false;
    std::string by_;
    std::string reason_;
    std::string breaker_;
};

}  // namespace drover
