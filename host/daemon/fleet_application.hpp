/// Taking a new agents.yaml while the fleet runs: reading it, telling what it changes, doing that,
/// and returning to an earlier one.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "daemon/applied_files.hpp"
#include "daemon/control_server.hpp"
#include "daemon/file_comparison.hpp"
#include "daemon/schedule_watch.hpp"
#include "daemon/unit_processes.hpp"
#include "fleet/fleet_plan.hpp"

namespace drover {

/// All that it is given is lent and must live longer. One thread. Describing a plugin that is not
/// in the cache waits for a child: `drover apply` fills the cache before it asks.
class FleetApplication {
public:
    /// Called with the warnings of a fleet that was taken.
    using Taken = std::function<void(std::vector<std::string> warnings)>;

    FleetApplication(Workplace place,
                     FleetSupervisor& supervisor,
                     UnitProcesses& processes,
                     ScheduleWatch& schedules,
                     AppliedFiles& applied,
                     Taken taken)
        : place_(std::move(place)),
          supervisor_(supervisor),
          processes_(processes),
          schedules_(schedules),
          applied_(applied),
          files_(applied),
          taken_(std::move(taken)) {}

    /// `apply {file?, rollback?, dry_run?, by?, saved?}`: what it would change, or has begun to
    /// change. A file with faults changes nothing; they are the answer.
    [[nodiscard]] RpcAnswer apply(const Json& params);
    /// `scale {name, replicas, by?}`: another number of instances of one agent, until a file is
    /// applied or droverd starts again. Answers as `apply` does.
    [[nodiscard]] RpcAnswer scale(const Json& params);
    /// These instances, which are to leave, are through with what they were given durably. They
    /// leave at the next `tick`.
    void retired(const std::vector<std::string>& names) { settled_ = names; }
    void tick();
    /// The fleet has another plugin for `agent`, and nothing else is new in it: restarts that one.
    [[nodiscard]] Result<void> restart_for_plugin(const std::string& agent);
    /// `applied {}`: the files that can be returned to.
    [[nodiscard]] Json applied() const;

private:
    /// What is to be taken, and for whom.
    struct Wish {
        FleetSources sources;
        std::string by;
        bool is_rollback = false;
        bool is_saved = false;  ///< Nobody typed it: the file was saved.
    };

    /// Instances that leave once they have settled what they were given durably.
    struct Retirement {
        int count = 0;  ///< How many stay.
        std::vector<std::string> leaving;
    };
    using Retirements = std::map<std::string, Retirement>;  ///< By the agent that has instances.

    [[nodiscard]] Result<Wish> wish_in(const Json& params, std::vector<Fault>& faults) const;
    [[nodiscard]] PreparedFleet prepare(const Wish& wish) const;
    [[nodiscard]] bool is_in_use(const Wish& wish) const;
    [[nodiscard]] RpcAnswer scale_to(const std::string& name, int count, const std::string& by);
    [[nodiscard]] bool has_other_quotas(const PreparedFleet& before) const;
    void tell_router(const FleetPlan& plan, const PreparedFleet& before);
    [[nodiscard]] FleetPlan plan_for(const PreparedFleet& wanted) const;
    [[nodiscard]] Result<void> take(PreparedFleet wanted, const FleetPlan& plan);
    [[nodiscard]] Retirements hold_back(PreparedFleet& wanted) const;
    void retire(Retirements retirements);
    void finish(const std::string& agent, int count);
    [[nodiscard]] Result<void> take_settled(PreparedFleet wanted, const FleetPlan& plan);
    void record(const Wish& wish, const FleetPlan& plan);
    void record_refusal(const Wish& wish, const std::vector<Fault>& faults);

    Workplace place_;
    FleetSupervisor& supervisor_;
    UnitProcesses& processes_;
    ScheduleWatch& schedules_;
    AppliedFiles& applied_;
    FileComparison files_;
    Taken taken_;
    Retirements retirements_;
    std::vector<std::string> settled_;  ///< As the router told; handled at the next tick.
};

}  // namespace drover
