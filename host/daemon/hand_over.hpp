/// What a supervisor leaves for the one that goes on after it: every unit's memory, process and
/// open descriptors. Packets between guard and supervisor, one JSON object each;
/// docs/control_channel.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/result.hpp"
#include "daemon/process_life.hpp"
#include "process/packet_channel.hpp"

namespace drover {

/// Who changes the meaning of what is handed over, or of what goes over the links of processes that
/// run on (`control_version`), raises this; another number is refused.
inline constexpr int hand_over_format = 2;

/// How a process ended, and when.
struct ProcessEnd {
    ExitStatus status;
    Monotonic time{};
};

[[nodiscard]] Json to_json(const ProcessEnd& end);
/// Throws what JSON throws.
[[nodiscard]] ProcessEnd process_end_from_json(const Json& json);

/// A process as JSON, without its descriptors.
[[nodiscard]] Json to_json(const ProcessLife& life);
/// The numbers of the descriptors that go with it, in the order that `life_from_json` wants.
[[nodiscard]] std::vector<int> descriptors_of(const ProcessLife& life);
/// The other way, for a process that is not this one's child. `run` is the droverd's that goes on
/// with it, as in its events; `log` is lent and must live longer. Fails with `invalid` when
/// something is missing.
[[nodiscard]] Result<std::unique_ptr<ProcessLife>> life_from_json(
    const std::string& unit,
    const Json& json,
    std::vector<FileDescriptor> descriptors,
    std::uint64_t run,
    AgentLog& log);

/// One unit of a fleet that goes on.
struct InheritedUnit {
    Json memory;   ///< See FleetSupervisor::memory_of.
    Json process;  ///< Null where it has none.
    std::vector<FileDescriptor> descriptors;
    Json last_end;                  ///< Of an earlier process, or null.
    std::optional<ProcessEnd> end;  ///< Its process ended while no supervisor watched.
    std::string received{};         ///< From its channel, the beginning of a line.
    std::string unsent{};           ///< To its channel.
};

struct Inheritance {
    std::string why;  ///< How the last supervisor ended: "killed by SIGKILL".
    pid_t from = -1;  ///< Its pid.
    std::map<std::string, InheritedUnit> units;
    bool is_from_guard = true;  ///< All processes are the guard's children; otherwise as they say.
    bool has_guards_children = true;
};

/// Takes over what the guard sends at the start of a supervisor. Fails with `invalid` for another
/// format and with `unavailable` when the guard is gone.
[[nodiscard]] Result<Inheritance> receive_inheritance(PacketChannel& guard);

}  // namespace drover
