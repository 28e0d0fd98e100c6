// droverd: the guard of a fleet, and the supervisor that the guard starts.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/logging.hpp"
#include "base/oversized_writes.hpp"
#include "base/standard_descriptors.hpp"
#include "daemon/daemon_options.hpp"
#include "daemon/guard.hpp"
#include "daemon/self_upgrade.hpp"
#include "daemon/supervisor_process.hpp"

namespace {

constexpr int usage_error = 2;

std::filesystem::path own_program() {
    std::error_code fault;
    return std::filesystem::read_symlink("/proc/self/exe", fault);
}

}  // namespace

int main(int count, char** arguments) {
    drover::occupy_standard_descriptors();
    drover::fail_oversized_writes();
    const std::vector<std::string> given(arguments + 1, arguments + count);
    if (given.size() == 1 && (given[0] == "--help" || given[0] == "-h")) {
        std::fputs(drover::daemon_usage().c_str(), stdout);
        return 0;
    }
    if (given.size() == 1 && given[0] == "--version") {
        std::puts("droverd " DROVER_VERSION);
        return 0;
    }
    const auto options = drover::read_daemon_options(given);
    if (!options) {
        std::fprintf(
            stderr, "%s\n\n%s", options.error().message.c_str(), drover::daemon_usage().c_str());
        return usage_error;
    }
    const std::filesystem::path program = own_program();
    if (options.value().is_rehearsal) {
        return drover::run_rehearsal(options.value().state_directory, program.parent_path());
    }
    // Who watches over the fleet does not wait for who reads its words.
    drover::keep_log_from_blocking(std::chrono::milliseconds(0));
    const int code = options.value().is_supervisor
                         ? drover::run_supervisor(options.value(), program.parent_path())
                         : drover::run_guard(options.value(), program);
    constexpr auto last_writing = std::chrono::milliseconds(500);
    drover::finish_log(drover::monotonic_now() + last_writing);
    return code;
}
