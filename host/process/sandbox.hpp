/// What a child may reach: Landlock keeps it from files, seccomp from the network and from calls
/// that no agent needs. It cannot be taken off again, and holds for all that the child starts.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"

namespace drover {

/// What may be done with a file, or with all that lies below a folder.
enum class SandboxAccess {
    read,
    run,   ///< Read, and execute.
    write  ///< Read, write, make and remove; not execute.
};

struct SandboxPath {
    std::filesystem::path path;
    SandboxAccess access = SandboxAccess::read;
    bool must_exist = true;  ///< One that need not, and does not exist, is left out.
};

/// What this kernel can do of it.
struct SandboxAbilities {
    int landlock = 0;  ///< The version of its interface; 0: none.
    bool has_seccomp = false;

    [[nodiscard]] static SandboxAbilities look();
    /// What it cannot do, as parts of a sentence: "files: this kernel has no Landlock".
    [[nodiscard]] std::vector<std::string> missing() const;
};

/// Where a child failed to enter its sandbox. Plain, so that it can be written into a pipe.
struct SandboxFailure {
    enum class Step { own_folder, privileges, files, calls };

    Step step = Step::files;
    int error = 0;  ///< errno.
};

/// A sandbox that is ready to be entered.
class Sandbox {
public:
    /// Files outside of `paths`, and what every program needs (its own folder in /proc, /dev/null,
    /// random numbers), are out of reach; without `network` only Unix sockets can be made. Fails
    /// with `invalid` when a path that must exist cannot be opened, with `unavailable` when the
    /// kernel refuses. What the kernel cannot do at all is left out: see SandboxAbilities.
    [[nodiscard]] static Result<Sandbox> make(const std::vector<SandboxPath>& paths, bool network);

    /// Shuts this process in, in a child between fork and exec: only async-signal-safe calls.
    [[nodiscard]] std::optional<SandboxFailure> enter() const noexcept;

private:
    Sandbox() = default;

    FileDescriptor rules_;      ///< The Landlock rules; not open where there is no Landlock.
    std::vector<char> filter_;  ///< The program of seccomp, as the kernel takes it.
};

/// "its sandbox cannot be entered: its files cannot be restricted: Operation not permitted."
[[nodiscard]] std::string sentence_of(const SandboxFailure& failure);

}  // namespace drover
