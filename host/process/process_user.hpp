/// The user that a child becomes between fork and exec, and what that user must be able to reach.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
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

/// Whether a process that becomes that user would reach what it needs: asks a child of a moment,
/// for a process that became the user earlier. Fails with `refused` and the sentence below. Blocks
/// for well below a millisecond; one thread, that which starts children.
[[nodiscard]] Result<void> look_as(const ProcessUser& wanted);

/// Whether `watch` is the pidfd of process `pid`, which is a child of this process and runs as that
/// user alone: for who is told of a child by a process of that user, which may say what it likes.
[[nodiscard]] bool is_child_as(uid_t user, pid_t pid, int watch);

/// "user: nobody cannot read /root/x.so: Permission denied (…)."
[[nodiscard]] std::string sentence_of(const UserFailure& failure, const ProcessUser& wanted);

}  // namespace drover
