/// What the guard keeps for the next supervisor: duplicates of the descriptors of every process,
/// and what the last supervisor knew of each unit.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/json.hpp"
#include "daemon/hand_over.hpp"
#include "process/packet_channel.hpp"

namespace drover {

/// One thread. Nothing here fails: what a supervisor that broke sends is passed over.
class KeptUnits {
public:
    /// What the supervisor tells: `{adopt}` begins to keep, `{over}` ends it (the fleet is about to
    /// end), `{program}` names the program of the next supervisor, `{unit, …}` is kept in the place
    /// of what was kept of that unit.
    void take(Packet packet);

    /// Whether the fleet goes on when its supervisor is lost.
    [[nodiscard]] bool is_adopting() const { return is_adopting_; }
    /// The program of the next supervisor, when it is not the guard's own.
    [[nodiscard]] const std::string& program() const { return program_; }

    /// A child of the guard has ended. Returns its unit's name when it was a unit's own process;
    /// its end is kept until the supervisor has dealt with it.
    std::optional<std::string> ended(pid_t pid, const ProcessEnd& end);

    /// Sends all of it to a new supervisor, see receive_inheritance. False when that one ended.
    [[nodiscard]] bool hand_over(PacketChannel& to, const std::string& why, pid_t from) const;

private:
    struct Kept {
        std::string text;  ///< The packet as it came.
        pid_t pid = -1;    ///< -1: no process.
        std::vector<FileDescriptor> descriptors;
        std::optional<ProcessEnd> end;
    };

    void keep(const Json& json, Packet packet);

    bool is_adopting_ = false;
    std::string program_;
    std::map<std::string, Kept> units_;
};

}  // namespace drover
