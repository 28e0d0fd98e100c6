/// What is known of an end that nobody wanted, kept in a file: what `drover describe` shows.
/// Keys: docs/operating.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "events/fleet_event.hpp"

namespace drover {

/// One frame of the stack of a process that died by a fault.
struct ReportedFrame {
    std::string module;  ///< The path of the file; empty where it is not known.
    std::uint64_t offset = 0;
    /// The file's size and wall ns of its last change, by which a file that was replaced is known.
    std::uint64_t module_size = 0;
    std::int64_t module_changed = 0;
};

/// Texts that are empty have no value.
struct CrashReport {
    std::string agent;      ///< The agent, or the router.
    std::int64_t time = 0;  ///< Wall ns: when it ended.
    std::uint64_t run = 0;
    std::uint64_t life = 0;
    std::int64_t pid = -1;
    std::string reason;  ///< "hung: …; killed by SIGABRT after 4.1 s"
    EventExit exit;
    std::int64_t uptime = 0;  ///< ns
    std::string callback;     ///< The one that ran, or ran last: "on_message".
    std::string port;         ///< Its port, of those that have one.
    bool was_in_callback = false;
    std::int64_t callback_time = 0;  ///< ns that it had been running for.
    std::uint64_t fault_address = 0;
    std::vector<ReportedFrame> backtrace;  ///< The innermost first.
    std::vector<std::string> last_lines;   ///< Records of its log, oldest first.
};

/// As it stands in the file.
[[nodiscard]] Json to_json(const CrashReport& report);

/// FOLDER/AGENT/LIFE.json: the last ten lives of each agent that ended so. One thread.
class CrashReports {
public:
    static constexpr std::size_t most = 10;

    explicit CrashReports(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Writes it and forgets the oldest ones beyond `most`. Returns where it lies.
    [[nodiscard]] Result<std::filesystem::path> save(const CrashReport& report) const;
    /// The last one of an agent. Nothing where there is none, or none that can be read.
    [[nodiscard]] std::optional<Json> last(const std::string& agent) const;

private:
    /// Its reports, oldest first.
    [[nodiscard]] std::vector<std::filesystem::path> of(const std::string& agent) const;

    std::filesystem::path folder_;
};

}  // namespace drover
