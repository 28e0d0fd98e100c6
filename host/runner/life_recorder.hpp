/// Writes down what one life of an agent is given and what it gives, for `drover record`. It waits
/// for a recorder that is slow, so that nothing is left out; one that is gone costs the recording,
/// not the agent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <drover/message.h>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"
#include "process/status_page.hpp"
#include "recording/entry.hpp"
#include "recording/recorded_inputs.hpp"
#include "runner/request_table.hpp"
#include "runner/simulation_service.hpp"
#include "runner/transport.hpp"

namespace drover {

/// One connection to a recorder. All functions on the agent thread. None of them fails: after the
/// recorder is lost they do nothing.
class LifeRecorder {
public:
    /// Joins the recorder at a Unix socket and says whose life this is. `page` and `observer` must
    /// outlive it. Fails with `unavailable` when nobody records there.
    [[nodiscard]] static Result<std::unique_ptr<LifeRecorder>> join(
        const std::filesystem::path& socket,
        const RecordedLife& life,
        StatusPageLayout& page,
        AgentObserver& observer);
    LifeRecorder(const LifeRecorder&) = delete;
    LifeRecorder& operator=(const LifeRecorder&) = delete;
    ~LifeRecorder() = default;

    /// What the agent's clock reads for all that follows, and whether the kill switch is engaged.
    void set_moment(std::int64_t now, bool is_gate_engaged) {
        now_ = now;
        flags_ = is_gate_engaged ? gate_engaged_flag : std::uint8_t{0};
    }

    // What the agent is given, each before its callback.
    void state(std::uint32_t version, std::string_view bytes);
    void start();
    void stop(std::int32_t reason, std::int64_t deadline);
    void message(const drover_message& message, std::uint32_t type, std::uint16_t encoding);
    void timer(std::uint64_t id, std::int64_t due, std::uint32_t missed);
    void post(std::uint64_t token);
    void advanced(std::uint64_t token, std::int64_t last_settled);
    void request(const RequestOrigin& origin, const drover_request& request);
    void reply(std::uint64_t number, const drover_reply& reply);
    void simulated(const SimulationAnswer& answer);
    void stored(std::string_view key, const std::optional<std::string>& value);
    /// `call` is the number of a publication within its callback.
    void judged(std::uint32_t call, drover_status status, std::string_view sentence);
    void rules(std::string_view json);
    void refused(std::string_view topic,
                 std::uint64_t sequence,
                 drover_status status,
                 std::string_view reason);
    void link(const RecordedLink& link);

    /// As set_moment was told.
    [[nodiscard]] bool is_gate_engaged() const { return (flags_ & gate_engaged_flag) != 0; }

    // What it gives, each before it leaves.
    void published(const PublishedMessage& message);
    void requested(const OutgoingRequest& request);
    void replied(const OutgoingReply& reply);
    void asked_to_advance(std::int64_t time, std::int64_t delay, std::uint64_t token);

    /// Hands over what was written down so far. Waits while the recorder is slow; gives it up when
    /// it takes nothing for a few seconds.
    void flush();
    /// The recording ends here by a person's wish.
    void finish();
    /// Whether the recorder is gone; everything else then does nothing.
    [[nodiscard]] bool is_lost() const { return is_lost_; }

private:
    LifeRecorder(FileDescriptor socket,
                 const RecordedLife& life,
                 StatusPageLayout& page,
                 AgentObserver& observer);
    /// Whether messages on this topic are recorded.
    [[nodiscard]] bool wants(std::string_view topic) const;
    /// Whether callbacks without a topic are recorded: not where only some topics are.
    [[nodiscard]] bool wants_all() const { return !is_lost_ && patterns_.empty(); }
    template <typename Body>
    void add(EntryKind kind, const Body& body);
    void flush_large();
    void lose(const char* code, const std::string& why);

    FileDescriptor socket_;
    std::string agent_;
    std::vector<std::string> patterns_;
    StatusPageLayout& page_;
    AgentObserver& observer_;
    std::vector<std::byte> bytes_;
    std::int64_t now_ = 0;
    std::uint8_t flags_ = 0;
    bool is_lost_ = false;
};

}  // namespace drover
