/// Where the sockets of one state directory lie. droverd makes the folder, the CLI finds it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace drover {

/// `$XDG_RUNTIME_DIR` (else the system's temporary folder) / `drover-<uid>` / 16 hex digits of the
/// state directory's real path. Paths of sockets stay below the 107 bytes that a Unix address has.
class RunDirectory {
public:
    /// Says where it is, without touching anything. The state directory need not exist.
    [[nodiscard]] static Result<RunDirectory> locate(const std::filesystem::path& state_directory);
    /// Where a running fleet said that its run directory is (STATE/run is a link to it), whoever
    /// asks, also when the caller may not enter it; without one the same as `locate`.
    [[nodiscard]] static Result<RunDirectory> of_running(
        const std::filesystem::path& state_directory);
    /// Makes it, mode 0700, and leaves the link STATE/run. Refuses a folder of another user or a
    /// link in the place of the run directory.
    [[nodiscard]] static Result<RunDirectory> prepare(const std::filesystem::path& state_directory);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// The control socket.
    [[nodiscard]] std::filesystem::path control_socket() const { return path_ / "control"; }
    /// "ipc://RUN/<agent>.<incarnation>". Fails when the path is too long for a Unix address.
    [[nodiscard]] Result<std::string> link_endpoint(std::string_view agent,
                                                    std::uint32_t incarnation) const;
    /// Where a recorder listens (docs/recording.md), and what it wants to have recorded, as JSON.
    [[nodiscard]] std::filesystem::path recorder_socket() const { return path_ / "recorder"; }
    [[nodiscard]] std::filesystem::path recorder_wish() const { return path_ / "recorder.json"; }
    /// "ipc://RUN/tap"
    [[nodiscard]] std::string tap_endpoint() const;

private:
    explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path_;
};

}  // namespace drover
