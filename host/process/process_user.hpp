/// The user that a child becomes between fork and exec, and what that user must be able to reach.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/system_user.hpp"

namespace drover {

struct ProcessUser {
    /// Something that the child cannot do its work without. `access` is of access(2): R_OK, …
    struct Need {
        std::filesystem::path path;
        int access = 0;
    };

    SystemUser user;
    std::vector<Need> needs{};
};

/// Which step of `become` failed. Plain, so that a child can leave it in shared memory.
struct UserFailure {
    enum class Step { identity, need };

    Step step = Step::identity;
    int index = 0;  ///< Of the need.
    int error = 0;  ///< errno.
};

/// Makes this process one of that user, for good, and looks whether it reaches what it needs; in a
/// child between fork and exec: only async-signal-safe calls. A parent-death signal must be asked
/// for afterwards, because the kernel forgets it here.
[[nodiscard]] std::optional<UserFailure> become(const ProcessUser& wanted) noexcept;

/// "user: nobody cannot read /root/x.so: Permission denied (…)."
[[nodiscard]] std::string sentence_of(const UserFailure& failure, const ProcessUser& wanted);

}  // namespace drover
