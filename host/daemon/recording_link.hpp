/// droverd's side of a recording: finds the recorder, tells it what the fleet is, and tells the
/// agents of it. What they record goes from them to the recorder, not through here.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/line_channel.hpp"
#include "base/result.hpp"
#include "daemon/daemon_log.hpp"
#include "daemon/event_loop.hpp"
#include "daemon/event_recorder.hpp"
#include "daemon/fleet_messages.hpp"
#include "process/run_directory.hpp"

namespace drover {

/// At most one recorder at a time: the one that listens at RUN/recorder. One thread.
class RecordingLink {
public:
    /// All is lent and must live longer. `tell_agents` has every agent that runs hear anew what
    /// FleetMessages::record_order says of it.
    RecordingLink(EventLoop& loop,
                  FleetMessages& messages,
                  const RunDirectory& run,
                  DaemonLog& log,
                  EventRecorder& events,
                  std::function<void()> tell_agents);
    RecordingLink(const RecordingLink&) = delete;
    RecordingLink& operator=(const RecordingLink&) = delete;
    ~RecordingLink();

    /// Joins the recorder that waits, if one does: before the first agent starts, or, when
    /// `are_recorded` says so, where agents that run are recorded by it already.
    void look(bool are_recorded);
    /// The same at a person's wish. Fails with `refused` when a recording is running already and
    /// with `unavailable` when no recorder waits.
    [[nodiscard]] Result<void> join();
    /// An agent goes on unrecorded, because the recorder stands still, as `why` says: the recording
    /// is over for all. `now` is when the agent has said so.
    void given_up(const std::string& agent, const std::string& why, Monotonic now);
    /// The fleet has changed: tells the recorder.
    void tell_names();
    /// {"file","pid"} of the running recording; null without one.
    [[nodiscard]] Json status() const;

private:
    [[nodiscard]] Result<void> connect();
    void serve();
    void write(const std::string& line);
    void end(const std::string& why, bool is_loss);

    EventLoop& loop_;
    FleetMessages& messages_;
    const RunDirectory& run_;
    DaemonLog& log_;
    EventRecorder& events_;
    std::function<void()> tell_agents_;
    std::unique_ptr<LineChannel> channel_;
    std::string file_;
    std::int64_t pid_ = 0;
    Monotonic joined_{};
};

}  // namespace drover
