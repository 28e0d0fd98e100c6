/// `drover signal`: a signal to the process of an agent.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace drover {

struct SignalOptions {
    std::filesystem::path state_directory;
    std::string agent;
    int signal = 0;
};

/// The number of "HUP", "SIGHUP", "hup" or "1"; nothing for what is no signal.
[[nodiscard]] std::optional<int> signal_number(std::string_view text);

/// Returns the exit code.
[[nodiscard]] int run_signal(const SignalOptions& options);

}  // namespace drover
