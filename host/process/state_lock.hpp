/// The lock that lets one droverd at a time work in a state directory.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"

namespace drover {

/// Holds STATE/lock. The lock belongs to the open file: a child that inherits the descriptor holds
/// it too, and it ends with the last of them.
class StateLock {
public:
    /// Takes the lock, making the state directory if there is none. Fails with `refused` and the
    /// pid of the holder when another droverd has it, for `longest`: one that was killed holds it
    /// until its supervisor has ended the fleet, and the kernel has closed their files.
    [[nodiscard]] static Result<StateLock> take(
        const std::filesystem::path& state_directory,
        std::chrono::nanoseconds longest = std::chrono::nanoseconds(0));
    /// The process id of who holds the lock, as text; nothing: nobody does, or it cannot be told.
    [[nodiscard]] static std::optional<std::string> holder(
        const std::filesystem::path& state_directory);
    /// Goes on with the lock that came as descriptor `number`.
    [[nodiscard]] static StateLock adopt(int number);

    [[nodiscard]] int descriptor() const { return file_.number(); }

private:
    explicit StateLock(FileDescriptor file) : file_(std::move(file)) {}

    FileDescriptor file_;
};

}  // namespace drover
