/// What becomes of an agent's state before it is read: an upgrade on trial keeps it, or goes back.
#pragma once

#include <filesystem>
#include <string>

#include "runner/agent_file.hpp"

namespace drover {

struct StateOrder {
    enum class Kind {
        none,  ///< No upgrade: a copy that one has left goes.
        keep,
        restore
    };
    Kind kind = Kind::none;
    std::string mark;  ///< Of the upgrade.
};

/// AgentFile::open, and what is ordered done.
[[nodiscard]] Result<AgentFile> open_state(const std::filesystem::path& file,
                                           const std::string& agent,
                                           const StateOrder& order);

}  // namespace drover
