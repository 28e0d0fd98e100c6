/// Compares what a fleet run afresh publishes with what was recorded of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "runner/agent_setup.hpp"
#include "runner/transport.hpp"
#include "simulation/outside_inputs.hpp"

namespace drover {

/// Per publisher and topic, message for message: event time and payload. Of each row the first
/// difference counts; what follows it may be its consequence. One thread.
class FleetComparison {
public:
    /// `inputs` is lent and must live longer.
    FleetComparison(const OutsideInputs& inputs, std::vector<std::string> topics);

    /// The next message that the fleet has published.
    void add(const std::string& publisher, const PublishedMessage& message);
    /// All differences, first cause first. Call it once, at the end.
    [[nodiscard]] Json finish();

    /// Messages that had a recorded one to be compared with.
    [[nodiscard]] std::uint64_t compared() const { return compared_; }
    [[nodiscard]] std::vector<std::string> notes() const;

private:
    using Key = std::pair<std::string, std::string>;  ///< Publisher and topic.
    struct Row {
        std::size_t next = 0;
        bool differs = false;
    };
    /// Whether a message may be missing in the recording, because its publisher was killed then.
    [[nodiscard]] bool may_be_lost(const std::string& publisher,
                                   const PublishedMessage& message) const;
    void add_difference(
        const Key& key, std::int64_t time, std::size_t number, const Json& was, const Json& is);

    const OutsideInputs& inputs_;
    std::vector<std::string> topics_;
    std::int64_t last_input_ = 0;
    std::map<Key, Row> rows_;
    std::vector<Json> differences_;
    std::uint64_t compared_ = 0;
    std::uint64_t cut_off_ = 0;
    std::uint64_t lost_ = 0;
    std::vector<TopicRights> rules_;
};

}  // namespace drover
