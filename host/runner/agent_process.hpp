/// What every process has in which droverd has an agent run: the two descriptors that it was given,
/// an event that wakes it, its log, and the waiting for all of them.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json_value.hpp"
#include "base/result.hpp"
#include "link/poller.hpp"
#include "process/status_page.hpp"
#include "runner/agent_runner.hpp"
#include "runner/configure_message.hpp"
#include "runner/supervisor_channel.hpp"
#include "runner/wakeup.hpp"

namespace drover {

/// One a process. The agent thread's but for `wake`.
class AgentProcess {
public:
    /// What must be there before anything can be told to the supervisor.
    struct Parts {
        Wakeup wakeup;
        StatusPage page;
    };
    /// Attaches descriptor 4, on which faults of the process leave their stack from now on, and
    /// keeps readers of the log from holding the process up. Nothing where that cannot be had: the
    /// log says why, and names `command`, "drover up", which starts such processes.
    [[nodiscard]] static std::optional<Parts> attach(const std::string& command);

    /// Takes descriptor 3.
    explicit AgentProcess(Parts parts);
    AgentProcess(const AgentProcess&) = delete;
    AgentProcess& operator=(const AgentProcess&) = delete;

    [[nodiscard]] SupervisorChannel& channel() { return channel_; }
    [[nodiscard]] StatusPageLayout& page() const { return page_.layout(); }
    [[nodiscard]] const Wakeup& wakeup() const { return wakeup_; }

    /// What the supervisor said.
    [[nodiscard]] std::vector<Json> receive() { return channel_.receive(has_channel_news_); }

    /// Begins a set to wait for: what the process has. More may be added to it.
    [[nodiscard]] Poller& begin_wait();
    /// Waits for the set, or as long as `longest`, and sends what could not be sent before.
    [[nodiscard]] Result<void> wait(std::optional<std::chrono::nanoseconds> longest);
    /// Gives what was said last the time to get out, before the process ends.
    void finish();

private:
    Wakeup wakeup_;
    StatusPage page_;
    SupervisorChannel channel_;
    Poller poller_;
    std::size_t channel_index_ = 0;
    std::size_t wakeup_index_ = 0;
    bool has_channel_news_ = true;  ///< Reading it costs a system call.
};

/// What the process's agent is configured with. From then on the log speaks for the agent.
[[nodiscard]] Result<ConfigureMessage> take_configuration(const Json& configure);

/// Starts the agent that was configured; fails where none was. `before` is done when it is
/// prepared. False: it is ready later.
[[nodiscard]] Result<bool> start_agent(
    std::optional<AgentRunner>& runner,
    const std::function<Result<void>()>& before = [] { return success(); });

}  // namespace drover
