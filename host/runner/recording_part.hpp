/// The part of a live agent that has its life recorded: joins a recorder when the supervisor says
/// so, at the beginning of the life or in the middle of it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "process/status_page.hpp"
#include "recording/recorded_inputs.hpp"
#include "runner/agent_runner.hpp"
#include "runner/configure_message.hpp"
#include "runner/life_recorder.hpp"
#include "runner/recorded_transport.hpp"

namespace drover {

/// All on the agent thread. Must outlive the runner that it was lent to.
class RecordingPart {
public:
    /// `page` and `observer` must outlive it.
    RecordingPart(StatusPageLayout& page, AgentObserver& observer)
        : page_(page), observer_(observer) {}

    /// Remembers whose life it is, before the runner is made. `message` is what `wanted` was read
    /// from.
    void configure(const Json& message, const ConfigureMessage& wanted, std::string build_id);
    /// What the runner is to send to, so that it passes here; it ends at `link`. Call it once.
    [[nodiscard]] Transport& before(Transport& link) { return transport_.emplace(link); }
    /// The same for who runs simulations for the agent.
    [[nodiscard]] SimulationService& before(SimulationService& service) {
        return simulations_.emplace(service);
    }
    /// The runner that has been made, and not been prepared yet: joins the recorder that was
    /// wanted, if there was one. Lent.
    void follow(AgentRunner& runner);
    /// `record` of the control channel: joins a recorder now, or ends the recording.
    void obey(const Json& message);
    /// `fleet` of the control channel, before the runner hears of it: the rules have changed.
    void take_news(const Json& message);
    /// Hands over what was written down: at the end of a turn, and of the life.
    void flush();

private:
    void join(const RecordOrder& order);
    void lend();

    StatusPageLayout& page_;
    AgentObserver& observer_;
    RecordedLife life_;
    std::unique_ptr<LifeRecorder> recorder_;
    std::optional<RecordedTransport> transport_;
    std::optional<RecordedSimulations> simulations_;
    std::optional<RecordOrder> wanted_;  ///< From the life's beginning.
    AgentRunner* runner_ = nullptr;
};

}  // namespace drover
