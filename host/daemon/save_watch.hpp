/// `watch: true`: applies agents.yaml when it is saved, by running `drover apply`, so that a plugin
/// that is described for the first time keeps nobody waiting.
#pragma once

#include <filesystem>
#include <optional>

#include "daemon/file_watch.hpp"
#include "daemon/unit_processes.hpp"

namespace drover {

/// One thread. All that it is given is lent and must live longer.
class SaveWatch {
public:
    SaveWatch(EventLoop& loop,
              Family& family,
              DaemonLog& log,
              std::filesystem::path programs,
              std::filesystem::path state_directory)
        : loop_(loop),
          family_(family),
          log_(log),
          programs_(std::move(programs)),
          state_directory_(std::move(state_directory)) {}
    SaveWatch(const SaveWatch&) = delete;
    SaveWatch& operator=(const SaveWatch&) = delete;
    ~SaveWatch();

    /// Watches this file from now on; nothing: none.
    void watch(const std::optional<std::filesystem::path>& file);

private:
    void file_changed();
    void apply();
    void applied();

    EventLoop& loop_;
    Family& family_;
    DaemonLog& log_;
    std::filesystem::path programs_;
    std::filesystem::path state_directory_;
    std::optional<FileWatch> file_;
    std::optional<Child> child_;    ///< The command that runs.
    bool was_saved_again_ = false;  ///< While it runs.
};

}  // namespace drover
