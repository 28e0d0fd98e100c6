/// Makes what an agent needs usable for the user that it runs as, and for nobody else's eyes.
#pragma once

#include <filesystem>

#include <sys/types.h>

#include "base/result.hpp"

namespace drover {

/// Gives a folder and all that is in it to a user, where it is not that user's already. Links are
/// not followed, and a file that has another name somewhere else is left alone: the last owner may
/// have chosen it. Fails with `refused` and a sentence.
[[nodiscard]] Result<void> give_folder(const std::filesystem::path& folder,
                                       uid_t user,
                                       gid_t group);

/// Lets everybody through a folder, who still cannot list it. Fails with `refused`.
[[nodiscard]] Result<void> let_pass(const std::filesystem::path& folder);

/// Lets everybody read a file. Fails with `refused`.
[[nodiscard]] Result<void> let_read(const std::filesystem::path& file);

}  // namespace drover
