/// Tells an agent that offers drover.link/1 what cuts it off from the fleet and what is back: by
/// what droverd says of router and publishers, and by the agent's own link.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "recording/recorded_inputs.hpp"
#include "runner/agent_runner.hpp"

namespace drover {

/// One agent's. All functions on the agent thread.
class LinkWatch {
public:
    /// What the agent's own link says: the epoch heard last, whether it has joined that router, and
    /// whether the connection to it has ended.
    struct RouterLink {
        std::uint64_t epoch = 0;
        bool is_ready = false;
        bool is_cut_off = false;
    };

    /// Whether the agent, which is prepared, is told anything.
    [[nodiscard]] static bool concerns(const AgentRunner& runner);

    /// `links` of the control channel: all that is lost now. A message that cannot be understood is
    /// passed over with a line in the log.
    void hear(const Json& message);
    /// Tells the agent what is news to it, unless its input is paused: then a later call does.
    /// Nothing under a replay clock.
    void tell(AgentRunner& runner, const RouterLink& router);

    /// Makes one callback of it, where the agent offers the extension.
    static void call(AgentRunner& runner, const RecordedLink& link);

private:
    struct Loss {
        std::uint32_t port = 0;
        std::string publisher;
        std::string reason;
    };
    struct RouterLoss {
        std::uint64_t epoch = 0;  ///< Of the router that ended.
        std::string reason;
    };
    void tell_restored(AgentRunner& runner);
    void tell_lost(AgentRunner& runner);
    void tell_of_router(AgentRunner& runner, const RouterLink& router);
    [[nodiscard]] bool is_back(const RouterLink& router) const;
    /// Writes it down, calls, and lets out what was published.
    static void deliver(AgentRunner& runner, const RecordedLink& link);
    [[nodiscard]] bool is_lost(std::uint32_t port, const std::string& publisher) const;

    std::vector<Loss> lost_;
    std::optional<RouterLoss> router_loss_;  ///< Not told yet.
    bool has_news_ = false;
    std::set<std::pair<std::uint32_t, std::string>> told_;  ///< What the agent knows as lost.
    std::optional<std::uint64_t> told_epoch_;               ///< The router it knows as lost.
    bool may_be_same_ = false;  ///< Of that one only the connection is known to have ended.
};

}  // namespace drover
