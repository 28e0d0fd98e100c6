/// Takes down what is known of ends that nobody wanted, and writes it once there is time.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "daemon/agent_log.hpp"
#include "daemon/process_life.hpp"
#include "events/crash_report.hpp"
#include "fleet/fleet.hpp"

namespace drover {

/// One thread.
class CrashReporter {
public:
    /// `fleet` is lent and must live longer.
    CrashReporter(const std::filesystem::path& folder, const PreparedFleet& fleet)
        : reports_(folder), fleet_(fleet) {}

    /// Whether a process ended in a way that deserves a report: neither in success nor because it
    /// was to stop.
    [[nodiscard]] static bool is_unexpected(const ProcessLife& life, const ExitStatus& status);

    /// Takes down a life whose outputs were read to the end. `reason` says in words why it ended.
    void take(const ProcessLife& life,
              const ExitStatus& status,
              const std::string& reason,
              const AgentLog& log);

    /// Writes what was taken down since the last call. Returns a sentence for each report: where it
    /// lies, or why it could not be written.
    [[nodiscard]] std::vector<std::string> write();

private:
    [[nodiscard]] std::string port_name(const std::string& unit, std::uint32_t port) const;
    void add_callback(const ProcessLife& life, CrashReport& report) const;

    CrashReports reports_;
    const PreparedFleet& fleet_;
    std::vector<CrashReport> taken_;
};

}  // namespace drover
