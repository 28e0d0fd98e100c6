/// The zygotes of a fleet: processes that have loaded a plugin and are copied into agents, one for
/// all agents that are started alike.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/line_channel.hpp"
#include "daemon/daemon_log.hpp"
#include "daemon/event_loop.hpp"
#include "daemon/family.hpp"
#include "daemon/standby_plan.hpp"
#include "process/launcher.hpp"

namespace drover {

/// Starts, asks, replaces and ends them. Never blocks. One thread.
class Zygotes {
public:
    /// Called from the loop, and from inside keep, offer_for and tick.
    struct Listener {
        /// The copy that was asked for. It is a child of this process.
        std::function<void(const std::string& unit, Child copy)> copied;
        /// There will be no copy of those that were asked for, and none is alive.
        std::function<void(const std::string& unit, const std::string& why)> not_copied;
        /// Who waited for a zygote may look again; `why` says that it is in vain, or is empty.
        std::function<void(const std::string& unit, const std::string& why)> look_again;
    };

    /// What can be had now.
    struct Offer {
        enum class Kind { ready, soon, none };
        Kind kind = Kind::none;
        std::string why;  ///< Of `none`.
    };

    /// A life that a copy is wanted for. The descriptors stay the caller's.
    struct Order {
        std::string mark;  ///< "NAME=VALUE" for its environment.
        int output = -1;
        int errors = -1;
        int channel = -1;
        int page = -1;
        std::vector<OpenFile> outputs;  ///< By which a copy is known that nobody told of.
    };

    /// All is lent and must live longer. `mark` is the "NAME=VALUE" with which a zygote's own
    /// environment marks it as part of the fleet, as those of its copies do.
    Zygotes(EventLoop& loop,
            DaemonLog& log,
            Family& family,
            const std::string& mark,
            Listener listener);
    Zygotes(const Zygotes&) = delete;
    Zygotes& operator=(const Zygotes&) = delete;
    /// Ends them all.
    ~Zygotes();

    /// Those of `plans` that want a zygote have one from now on, started at once where there is
    /// none yet; every other one is ended.
    void keep(const std::vector<StandbyPlan>& plans);
    /// What a start of `plan` can have. With `soon` it is told to look again.
    [[nodiscard]] Offer offer_for(const StandbyPlan& plan);
    /// Asks for a copy, where the offer was `ready`. Returns false when that could not be asked.
    [[nodiscard]] bool order(const StandbyPlan& plan, const Order& order);
    /// Who waited to look again waits no more. Returns whether it did.
    bool forget(const std::string& unit);
    /// An agent is ready: a zygote that is missing may be started now without disturbing its start.
    void agent_is_ready(const StandbyPlan& plan);
    [[nodiscard]] StandbyStatus status(const StandbyPlan& plan) const;

    /// Gives up on zygotes that do not answer.
    void tick(Monotonic now);
    [[nodiscard]] std::optional<Monotonic> next_deadline() const;

private:
    struct Zygote {
        StandbyPlan plan;  ///< Of the agent that it was first started for.
        std::string family_name;
        Child child;  ///< pid -1: there is none.
        FileDescriptor channel;
        std::optional<LineChannel> output;
        LoadedFiles files;
        Monotonic started{};
        std::optional<Monotonic> again;  ///< When it is started again.
        bool is_loaded = false;
        bool is_refused = false;  ///< By its plugin: it is not tried again with the same files.
        bool has_lied = false;    ///< It is another user's, and what it says is not heard any more.
        std::string why;          ///< Why there is none.
        std::map<std::string, Monotonic> waiting;  ///< Units, since when.
        struct Ordered {
            std::string unit;
            std::vector<OpenFile> outputs;
        };
        std::map<std::uint64_t, Ordered> ordered;  ///< By ticket.
        Monotonic awaited_since{};                 ///< The next answer.
        int lines = 0;                             ///< Of its output, logged.
    };

    void start(Zygote& zygote);
    void end(Zygote& zygote, const std::string& why);
    void release(Zygote& zygote);
    void serve(const std::string& key);
    void hear(Zygote& zygote, std::string_view text, std::vector<FileDescriptor> descriptors);
    /// Whether a process that it names is a copy of it. One that runs as this process may do anyway
    /// what it could bring about by a lie.
    [[nodiscard]] bool is_copy_of(const Zygote& zygote, const Child& copy) const;
    void read_output(const std::string& key);
    void log_output(Zygote& zygote);
    void ended(const std::string& key);
    void send_away(Zygote& zygote, const std::string& why);
    [[nodiscard]] Zygote* find(const StandbyPlan& plan);

    EventLoop& loop_;
    DaemonLog& log_;
    Family& family_;
    std::string mark_;
    Listener listener_;
    std::map<std::string, Zygote> zygotes_;  ///< By what a start of their agents has in common.
    std::uint64_t next_number_ = 1;
    std::uint64_t next_ticket_ = 1;
};

}  // namespace drover
