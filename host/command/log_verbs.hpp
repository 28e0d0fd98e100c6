/// The verbs below `drover log`.
#pragma once

#include <filesystem>
#include <string>

#include "command/log_verb.hpp"
#include "command/verb_group.hpp"

namespace drover {

class LogVerbs : private VerbGroup {
public:
    using VerbGroup::Verbs;

    /// All that it is given must live as long as this.
    void add_to(CLI::App& app, std::filesystem::path& state_directory, Verbs& verbs);

private:
    CLI::App& add(CLI::App& log, const std::string& name, const std::string& purpose, LogWish wish);

    LogVerbOptions options_;
    std::filesystem::path* state_ = nullptr;
};

}  // namespace drover
