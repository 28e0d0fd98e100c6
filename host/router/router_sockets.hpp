/// The router's sockets and the kill switch: where RouterCore's decisions become traffic.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/line_channel.hpp"
#include "base/result.hpp"
#include "link/link_context.hpp"
#include "link/router_link.hpp"
#include "link/tap.hpp"
#include "process/kill_switch_page.hpp"
#include "router/router_config.hpp"
#include "router/router_output.hpp"

namespace drover {

/// One link per agent at most, the tap, and the lines to the supervisor. One thread.
class RouterSockets final : public RouterOutput {
public:
    /// Binds the tap and maps the kill switch; a switch that cannot be read counts as engaged.
    /// `control` must outlive the sockets.
    [[nodiscard]] static Result<std::unique_ptr<RouterSockets>> open(const RouterConfig& config,
                                                                     LineChannel& control);

    /// There are so many agents now; they are never fewer.
    void make_room(std::size_t agents) { links_.resize(agents); }
    /// Binds the link of a new life, in place of the old one. `user` alone (and root) may connect;
    /// nothing: the user of this process. Of its processes only `peer` may, where one is named.
    [[nodiscard]] Result<void> open_link(std::uint16_t agent,
                                         const std::string& endpoint,
                                         std::optional<uid_t> user,
                                         std::optional<pid_t> peer);
    /// The agent's link; null where there is none.
    [[nodiscard]] RouterLink* link(std::uint16_t agent) {
        return links_[agent] ? &*links_[agent] : nullptr;
    }
    /// The tap; null where there is none.
    [[nodiscard]] TapSocket* tap_socket() { return tap_ ? &*tap_ : nullptr; }

    // RouterOutput
    bool send(std::uint16_t agent, Frame& frame) override;
    [[nodiscard]] bool is_tapped() const override;
    void tap(const Frame& frame) override;
    [[nodiscard]] GateReading gate() override;
    /// See KillSwitchPage::look.
    void look_at_switch(Monotonic now) { kill_switch_.look(now); }
    void report_waiting(const std::vector<std::string>& names) override;
    void report_retired(const std::vector<std::string>& names) override;
    /// Tells again for whom the replay waits, when it does.
    void repeat_waiting();
    void report_parked(const std::vector<ParkedReceiver>& parked) override;
    void report_health(const RouterHealth& health) override;
    void answer_person(const PersonReply& reply) override;
    void report_occurrence(const Occurrence& occurrence) override;

private:
    RouterSockets(LinkContext context, KillSwitchPage kill_switch, LineChannel& control);
    void tell_parked();

    LinkContext context_;  ///< Destroyed last: sockets must be closed before it.
    KillSwitchPage kill_switch_;
    LineChannel& control_;
    std::vector<std::optional<RouterLink>> links_;
    std::optional<TapSocket> tap_;
    std::vector<std::string> waiting_for_;  ///< As it was told last.
    std::vector<ParkedReceiver> parked_;    ///< The same.
};

}  // namespace drover
