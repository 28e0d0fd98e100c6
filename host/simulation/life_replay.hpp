/// One recorded life of an agent, lived again in this process.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "process/status_page.hpp"
#include "recording/recorded_inputs.hpp"
#include "recording/recording_names.hpp"
#include "runner/agent_loading.hpp"
#include "runner/recorded_callbacks.hpp"
#include "simulation/output_comparison.hpp"

namespace drover {

/// The host's type handles as a recording numbers them: so ids and types are equal in a replay.
[[nodiscard]] std::vector<TypeHandle> type_handles(const RecordingNames& names);

/// Takes the entries of one stream in order. One thread.
class LifeReplay {
public:
    /// Makes the agent; it is configured with the first callback. `names` is lent and must live
    /// longer, as must `page`, the child's status page where it has one. Fails, with a sentence,
    /// where the plugin does not fit the recording.
    [[nodiscard]] static Result<std::unique_ptr<LifeReplay>> begin(
        const RecordedLife& life,
        const std::string& config,
        const std::shared_ptr<PluginLibrary>& library,
        const RecordingNames& names,
        StatusPageLayout* page = nullptr);
    LifeReplay(const LifeReplay&) = delete;
    LifeReplay& operator=(const LifeReplay&) = delete;
    ~LifeReplay();

    /// Takes the next entry. Returns the first difference, after which nothing more may be given.
    /// Fails when the entry cannot be understood or the agent fails where it did not.
    [[nodiscard]] Result<std::optional<Json>> take(const Entry& entry);
    /// The stream is at its end.
    [[nodiscard]] Result<std::optional<Json>> finish();

    [[nodiscard]] std::uint64_t callbacks() const { return callbacks_; }
    [[nodiscard]] std::uint64_t equal_outputs() const { return comparison_.equal(); }
    [[nodiscard]] const RecordedLife& life() const { return life_; }

private:
    class World;
    LifeReplay(RecordedLife life,
               LoadedAgent loaded,
               const RecordingNames& names,
               StatusPageLayout* page);
    /// Gives the agent the callback that waits, now that all the answers within it are known; the
    /// first time, create and configure are what waits.
    [[nodiscard]] Result<void> run_waiting();
    void take_answer(const Entry& entry);
    [[nodiscard]] Result<void> give(const Entry& entry);
    [[nodiscard]] std::string text_of(const Entry& entry) const;

    RecordedLife life_;
    LoadedAgent loaded_;
    const RecordingNames& names_;
    OutputComparison comparison_;
    std::unique_ptr<World> world_;
    std::optional<AgentRunner> runner_;
    std::optional<RecordedCallbacks> agent_;
    /// The callback that waits: its entry, and the bytes of its body.
    std::optional<Entry> waiting_;
    std::vector<std::byte> waiting_body_;
    OutputOrigin origin_;
    std::uint64_t callbacks_ = 0;
    bool is_prepared_ = false;
    bool has_ended_ = false;  ///< The life or its recording was brought to its end.
};

}  // namespace drover
