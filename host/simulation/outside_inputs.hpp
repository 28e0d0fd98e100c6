/// What came to a recorded fleet from outside: the messages of agents that face outside, requests
/// of people, changes of the kill switch; and what is to be compared with a fleet run afresh.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "recording/recorded_inputs.hpp"
#include "recording/recorded_message.hpp"
#include "recording/recording_names.hpp"

namespace drover {

/// A message that outlives the block it was read from.
struct KeptMessage {
    std::vector<std::byte> body;  ///< As RecordedMessage::decode takes it.

    [[nodiscard]] RecordedMessage message() const { return *RecordedMessage::decode(body); }
};

/// One thing from outside, at a time of the fleet.
struct OutsideInput {
    std::int64_t time = 0;
    std::string agent;                   ///< Who publishes, or who is asked.
    std::optional<KeptMessage> message;  ///< Of a publication.
    std::uint64_t callback = 0;          ///< Which callback of its publisher gave it.
    std::uint32_t port = 0;              ///< Of a person's request.
    std::string request;                 ///< The same: its body.
    std::optional<bool> gate;            ///< The kill switch is engaged or released.
    std::optional<std::string> rules;    ///< Others for topics, as JSON text.
};

/// The agents of a recording that are run afresh, each with what it needs.
struct RerunAgent {
    RecordedAgent agent;
    RecordedLife life;  ///< Its first one.
    std::uint32_t stream = 0;
    std::optional<std::pair<std::uint32_t, std::string>>
        state;  ///< Version and bytes, at the start.
    /// What its store held at the start, of what it ever read; nothing: no such key.
    std::map<std::string, std::optional<std::string>> store;
};

struct OutsideInputs {
    RecordingNames names;
    std::vector<RerunAgent> inside;    ///< In the fleet's order.
    std::vector<std::string> outside;  ///< The agents whose messages are inputs.
    std::vector<OutsideInput> inputs;  ///< By time; at one time as they were recorded.
    std::string rules = "[]";          ///< For topics, at the start: JSON text.
    /// What is to be compared, by publisher and topic, in order.
    std::map<std::pair<std::string, std::string>, std::vector<KeptMessage>> recorded;
    /// By agent: from what a life heard last before it was killed to where the next one began. What
    /// it gave then may never have left it, but for durable messages.
    std::map<std::string, std::vector<std::pair<std::int64_t, std::int64_t>>> gaps;
    std::int64_t last_time = 0;  ///< What any clock read last.
    std::vector<std::string> notes;
};

/// Reads a recording. Fails where it was not begun with the fleet, or holds only some of it.
[[nodiscard]] Result<OutsideInputs> read_outside_inputs(const std::filesystem::path& file,
                                                        const std::vector<std::string>& topics);

}  // namespace drover
