/// `upgrade_self`: tries another droverd out beside this one, before it takes its place.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "daemon/control_server.hpp"
#include "daemon/event_loop.hpp"
#include "daemon/family.hpp"
#include "fleet/fleet.hpp"
#include "process/launcher.hpp"

namespace drover {

/// One upgrade at a time. The other program reads the fleet's file and describes its plugins in a
/// child of its own (`droverd --rehearse`), while this one goes on. One thread.
class SelfUpgrade {
public:
    using Fulfil = std::function<void(RpcPromise promise, RpcAnswer answer)>;

    /// All is lent and must live longer.
    SelfUpgrade(EventLoop& loop,
                Family& family,
                const PreparedFleet& fleet,
                std::filesystem::path state_directory,
                Fulfil fulfil);
    SelfUpgrade(const SelfUpgrade&) = delete;
    SelfUpgrade& operator=(const SelfUpgrade&) = delete;
    ~SelfUpgrade();

    /// `upgrade_self {program, by?}`: the promise of an answer, which comes before the switch.
    [[nodiscard]] RpcAnswer begin(const Json& params, Monotonic now);
    /// Ends a rehearsal that takes too long.
    void tick(Monotonic now);
    [[nodiscard]] std::optional<Monotonic> next_deadline() const { return deadline_; }

    /// Whether another program is being tried, or about to go on.
    [[nodiscard]] bool is_under_way() const { return child_.has_value() || next_.has_value(); }
    /// Whether another program may go on now.
    [[nodiscard]] bool is_due() const { return next_.has_value(); }
    /// That program, when it is due; told once.
    [[nodiscard]] std::filesystem::path take_program();
    /// Who asked for it.
    [[nodiscard]] const std::string& by() const { return by_; }

private:
    void hear();
    void end();
    [[nodiscard]] Result<std::string> verdict() const;

    EventLoop& loop_;
    Family& family_;
    const PreparedFleet& fleet_;
    std::filesystem::path state_directory_;
    Fulfil fulfil_;
    std::optional<Child> child_;
    FileDescriptor output_;
    std::string said_;
    std::filesystem::path program_;
    std::string by_;
    std::optional<Monotonic> deadline_;
    std::optional<std::filesystem::path> next_;
};

/// What the rehearsal prints, as one line of JSON: {"ok": true, "version", "hand_over",
/// "unloadable": [names]}, or {"ok": false, "faults"}. Reads the state directory and changes
/// nothing in it but the cache of descriptions. Returns the exit code.
[[nodiscard]] int run_rehearsal(const std::filesystem::path& state_directory,
                                const std::filesystem::path& programs);

}  // namespace drover
