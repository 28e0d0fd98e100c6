/// The router's work loop: waits for links and the supervisor, and feeds RouterCore.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/file_descriptor.hpp"
#include "base/json.hpp"
#include "base/line_channel.hpp"
#include "base/result.hpp"
#include "link/poller.hpp"
#include "process/status_page.hpp"
#include "router/router_core.hpp"
#include "router/router_sockets.hpp"

namespace drover {

/// One router process. Binds nothing before the supervisor has configured it. One thread, besides
/// ZeroMQ's own.
class RouterLoop {
public:
    /// `control` is the control channel, `page` the status page. SIGTERM must be blocked.
    [[nodiscard]] static Result<std::unique_ptr<RouterLoop>> open(LineChannel control,
                                                                  StatusPage page);

    /// Runs until SIGTERM, `stop`, or the end of the control channel. Fails when the router cannot
    /// be set up or waiting fails.
    [[nodiscard]] Result<void> run();

private:
    RouterLoop(LineChannel control, StatusPage page, FileDescriptor signals, FileDescriptor timer);

    /// Where in the poll set something is.
    struct Places {
        std::size_t control = 0;
        std::size_t signals = 0;
        std::size_t timer = 0;
        std::optional<std::size_t> errors;  ///< While lines of its log are kept.
        std::optional<std::size_t> tap;
        std::optional<std::size_t> log;
        std::vector<std::pair<std::uint16_t, std::size_t>> links;  ///< Agent, place.
    };

    void fill_poller();
    [[nodiscard]] Result<void> wait();
    [[nodiscard]] Result<void> serve();
    void serve_links();
    void receive_from(std::uint16_t agent, RouterLink& link);

    [[nodiscard]] Result<void> read_control();
    [[nodiscard]] Result<void> obey(const Json& order);
    [[nodiscard]] Result<void> configure(const Json& order);
    [[nodiscard]] Result<void> make_link(const Json& order);
    [[nodiscard]] Result<void> change_fleet(const Json& order);
    [[nodiscard]] Result<void> retire(const Json& order);
    [[nodiscard]] Result<void> note_state(const Json& order);
    /// Another supervisor goes on: says again what the last one may not have heard.
    [[nodiscard]] Result<void> report();
    [[nodiscard]] Result<void> ask_for_person(const Json& order);
    void serve_log_order(const Json& order);

    void set_timer();
    void write_page();

    LineChannel control_;
    LogDisk disk_;  ///< Outlives the core.
    StatusPage page_;
    FileDescriptor signals_;
    FileDescriptor timer_;
    std::unique_ptr<RouterSockets> sockets_;  ///< From `configure` on; outlives the core.
    std::unique_ptr<RouterCore> core_;
    std::vector<std::string> endpoints_;  ///< Of the open links, by agent.
    Poller poller_;
    Places places_;
    std::optional<Monotonic> timer_set_to_;
    bool is_over_ = false;
};

}  // namespace drover
