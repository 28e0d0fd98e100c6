/// The verbs that change or wait for the state of agents: start, stop, restart, is-ready, signal.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "command/ready_verb.hpp"
#include "command/signal_verb.hpp"
#include "command/upgrade_verb.hpp"
#include "command/wish_verb.hpp"

namespace CLI {
class App;
}

namespace drover {

class WishVerbs {
public:
    /// Verbs and what runs each.
    using Verbs = std::vector<std::pair<CLI::App*, std::function<int()>>>;

    /// All that it is given must live as long as this.
    void add_to(CLI::App& app, std::filesystem::path& state_directory, Verbs& verbs);

private:
    CLI::App& add_verb(const std::string& name,
                       const std::string& purpose,
                       std::function<int()> run);
    void add_wish(const std::string& name,
                  const std::string& purpose,
                  WishOptions& options,
                  Wish wish);
    void add_ready();
    void add_signal();
    void add_upgrade();

    CLI::App* app_ = nullptr;
    std::filesystem::path* state_directory_ = nullptr;
    Verbs* verbs_ = nullptr;
    WishOptions start_;
    WishOptions stop_;
    WishOptions restart_;
    ReadyOptions ready_;
    SignalOptions signal_;
    UpgradeOptions upgrade_;
};

}  // namespace drover
