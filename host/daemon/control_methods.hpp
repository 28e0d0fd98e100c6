/// The methods of the control socket: docs/control_channel.md.
#pragma once

#include <string>
#include <vector>

#include "daemon/control_server.hpp"
#include "daemon/event_recorder.hpp"
#include "daemon/fleet_application.hpp"
#include "daemon/fleet_messages.hpp"
#include "daemon/fleet_view.hpp"
#include "daemon/person_requests.hpp"
#include "daemon/plugin_upgrade.hpp"
#include "daemon/self_upgrade.hpp"
#include "daemon/unit_processes.hpp"
#include "supervisor/fleet_supervisor.hpp"

namespace drover {

/// All that it is given is lent and must live longer. One thread.
class ControlMethods {
public:
    ControlMethods(FleetSupervisor& supervisor,
                   FleetView& view,
                   const FleetMessages& messages,
                   PersonRequests& requests,
                   EventRecorder& events,
                   FleetApplication& application,
                   UnitProcesses& processes,
                   SelfUpgrade& self_upgrade,
                   PluginUpgrade& plugin_upgrade)
        : supervisor_(supervisor),
          view_(view),
          messages_(messages),
          requests_(requests),
          events_(events),
          application_(application),
          processes_(processes),
          self_upgrade_(self_upgrade),
          plugin_upgrade_(plugin_upgrade) {}

    [[nodiscard]] RpcAnswer call(const std::string& method, const Json& params);

private:
    using Wish = Result<std::vector<std::string>> (FleetSupervisor::*)(
        const std::vector<std::string>& names, Monotonic now, const std::string& by);
    using WishForAll = std::vector<std::string> (FleetSupervisor::*)(Monotonic now,
                                                                     const std::string& by);

    [[nodiscard]] RpcAnswer status(const Json& params);
    [[nodiscard]] RpcAnswer describe(const Json& params);
    [[nodiscard]] RpcAnswer shutdown(const Json& params);
    [[nodiscard]] RpcAnswer record();
    [[nodiscard]] RpcAnswer signal(const Json& params);
    [[nodiscard]] RpcAnswer upgrade(const Json& params);
    [[nodiscard]] RpcAnswer upgrade_self(const Json& params);
    /// `apply` or `scale`, unless an upgrade is under way.
    [[nodiscard]] RpcAnswer change_fleet(const Json& params,
                                         RpcAnswer (FleetApplication::*change)(const Json& params));
    [[nodiscard]] RpcAnswer wish(const Json& params, Wish wish_for_some, WishForAll wish_for_all);

    FleetSupervisor& supervisor_;
    FleetView& view_;
    const FleetMessages& messages_;
    PersonRequests& requests_;
    EventRecorder& events_;
    FleetApplication& application_;
    UnitProcesses& processes_;
    SelfUpgrade& self_upgrade_;
    PluginUpgrade& plugin_upgrade_;
};

}  // namespace drover
