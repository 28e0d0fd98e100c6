/// The supervisor's side of `on_supervisor_death: adopt`: gives the guard what the next supervisor
/// needs, as it changes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "daemon/process_life.hpp"
#include "process/packet_channel.hpp"

namespace drover {

/// Nothing happens until `begin`. One thread; never waits for the guard.
class Custody {
public:
    /// One that never begins: for tests.
    Custody() : guard_(FileDescriptor()) {}
    explicit Custody(PacketChannel guard) : guard_(std::move(guard)) {}

    /// From now on the guard lets the fleet go on when this process is lost.
    void begin();
    /// The fleet is about to end: when this process is lost, so is what is left.
    void end();
    /// The program that the guard starts when this process is lost, in the place of its own.
    void name_program(const std::filesystem::path& program);
    [[nodiscard]] bool is_on() const { return is_on_; }
    [[nodiscard]] int descriptor() const { return guard_.descriptor(); }

    /// Gives the guard what is known of the unit now, and the descriptors of a process that it does
    /// not have yet. What is known there already is not sent again.
    void keep(const std::string& unit,
              const Json& memory,
              const ProcessLife* life,
              const Json& last_end);
    /// The unit was removed from the fleet.
    void forget(const std::string& unit);
    /// Units whose `keep` the guard did not take at once; the next one takes them.
    [[nodiscard]] std::set<std::string> take_unsent();

    /// What the guard has told since the last call: `{unit, pid, end}`, the end of a process that
    /// is the guard's child, and `{child}`, that something has happened to another child of it.
    [[nodiscard]] std::vector<Json> news();

private:
    struct Sent {
        std::size_t digest = 0;  ///< Of the last text.
        pid_t pid = -1;          ///< Whose descriptors were sent.
    };

    void say(const Json& json);

    PacketChannel guard_;
    bool is_on_ = false;
    std::map<std::string, Sent> sent_;
    std::set<std::string> unsent_;
};

}  // namespace drover
