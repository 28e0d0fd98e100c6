/// What a person changes in a durable log while no router has it open: `drover log trim`, `skip`
/// and `forget`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace drover {

struct LogUpkeep {
    enum class What {
        trim,   ///< Remove what every receiver has handled.
        skip,   ///< `name` will not get the message at `position`.
        forget  ///< Nothing is kept for `name` any more.
    };

    What what = What::trim;
    std::string name;
    std::uint64_t position = 0;
};

/// Does it, and waits until that is on disk. The caller holds the state directory's lock. Fails
/// with a sentence; `not_found` when there is no log in the folder.
[[nodiscard]] Result<void> keep_up(const std::filesystem::path& folder, const LogUpkeep& wish);

}  // namespace drover
