/// One life of a unit: a process with its channel, status page and outputs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/line_channel.hpp"
#include "base/line_pattern.hpp"
#include "base/result.hpp"
#include "daemon/agent_isolation.hpp"
#include "daemon/fleet_messages.hpp"
#include "daemon/hang_watch.hpp"
#include "daemon/output_pipe.hpp"
#include "process/launcher.hpp"
#include "process/process_tree.hpp"
#include "process/status_page.hpp"
#include "supervisor/fleet_supervisor.hpp"

namespace drover {

/// What to start.
struct LifeRequest {
    std::string unit;
    std::filesystem::path program;
    std::vector<std::string> arguments;
    std::vector<std::string> environment{};  ///< "NAME=VALUE", beside droverd's own.
    std::string mark;        ///< "NAME=VALUE" for its environment, by which its orphans are known.
    std::uint64_t run = 0;   ///< Of droverd.
    std::uint64_t life = 0;  ///< The agent's incarnation, the router's epoch.
    Nanoseconds hang_timeout{};
    LifeLimits limits{};               ///< The life takes it over.
    std::vector<std::string> secrets;  ///< Values to hide in its log.
    bool outlives_supervisor = false;  ///< Another supervisor goes on with it.
};

/// All that a process of a unit needs, before there is one.
struct UnbornLife {
    LifeRequest request;
    LineChannel channel;
    FileDescriptor their_channel;
    StatusPage page;
    Pipe output;
    Pipe errors;
    UnitLink link;  ///< Agents only.

    /// How its process is executed.
    [[nodiscard]] LaunchRequest launch_request() const;
    /// What it will write to.
    [[nodiscard]] std::vector<OpenFile> open_outputs() const;
    /// Closes the ends that its process has taken over.
    void close_their_ends();
};

/// By what a process came to be.
enum class Origin { exec, zygote, spare };
[[nodiscard]] std::string_view text_of(Origin origin);

/// Members are plain: UnitProcesses decides what happens to them.
struct ProcessLife {
    std::string unit;
    Child child;
    LineChannel channel;
    StatusPage page;
    HangWatch watch;
    std::vector<std::unique_ptr<OutputPipe>> outputs;
    UnitLink link;     ///< Agents only.
    LogSource source;  ///< Of a word of droverd in its log.

    Origin origin = Origin::exec;
    std::string why_by_exec{};  ///< Why what should stand by did not; empty when nothing should.
    std::string mark{};         ///< As in LifeRequest.
    Monotonic started{};
    /// What the kernel had killed for want of memory when it began; nothing: it does not tell.
    std::optional<std::uint64_t> memory_kills_before{};
    Monotonic ended{};  ///< When it was reaped.
    bool was_asked_to_stop = false;
    bool has_completed = false;  ///< It said so.
    bool is_ready = false;
    bool has_ended = false;     ///< Reaped; its tree may live on.
    bool is_condemned = false;  ///< Its tree was killed: what still appears is killed too.
    bool was_hung = false;
    bool is_overdue = false;         ///< A callback hangs, and on_hang only reports it.
    bool is_child_of_guard = false;  ///< An earlier supervisor started it: the guard reaps it.
    std::optional<Monotonic> presumed_ended{};  ///< When it was found gone; nobody told how yet.
    /// What came of the copy of its state that it was asked for last: "", or why there is none.
    std::optional<std::string> copy_answer{};
    bool has_misspoken = false;            ///< A line on its channel could not be understood.
    std::vector<LinePattern> awaited{};    ///< Patterns of dependents that no line has matched yet.
    std::optional<std::string> held_by{};  ///< By what it is stopped from outside.
    std::string told_lost{};  ///< Which links it was told are lost, as text to compare.
    LifeLimits limits{};
    Monotonic next_memory_look{};  ///< Of what `limits` says that droverd watches.
    Monotonic next_state_look{};   ///< When /proc is asked again whether it is.
};

[[nodiscard]] Result<UnbornLife> prepare_life(LifeRequest request);

/// The life of a process that was started with all of `unborn`. `log` is lent and must live longer.
[[nodiscard]] std::unique_ptr<ProcessLife> bear_life(UnbornLife unborn, Child child, AgentLog& log);

/// Executes a process with everything it needs. `log` is lent and must live longer.
[[nodiscard]] Result<std::unique_ptr<ProcessLife>> begin_life(LifeRequest request, AgentLog& log);

}  // namespace drover
