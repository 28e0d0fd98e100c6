/// What becomes of an agent's state before it is read: an upgrade on trial keeps it, or goes back.
#pragma once

#include <filesystem>
#include <string>

#include "runner/state_store.hpp"

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

/// StateStore::open, and what is ordered done.
[[nodiscard]] Result<StateStore> open_state(const std::filesystem::path& file,
                                            const std::string& agent,
                                            const StateOrder& order);

}  // namespace drover
