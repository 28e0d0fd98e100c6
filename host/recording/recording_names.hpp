/// What the numbers in a recording mean: its message types with their fields, and its agents.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/message_type.hpp"
#include "base/result.hpp"
#include "recording/recorded_message.hpp"

namespace drover {

/// Where instances of an agent look to find out whose share a record is.
struct RecordedKey {
    std::uint32_t type = 0;
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
};

/// One agent of the fleet that was recorded, in the file's order.
struct RecordedAgent {
    std::string name;
    std::uint32_t handle = 0;
    std::string plugin;
    std::string library_agent;
    std::string build_id;
    std::uint32_t flags = 0;   ///< DROVER_AGENT_...
    std::string config;        ///< JSON text without the values of secrets.
    std::string instance_of;   ///< The agent that it is an instance of; or empty.
    std::string distribution;  ///< Of an instance: as in agents.yaml.
    std::vector<RecordedKey> keys;
    std::optional<std::string> left_out;  ///< Why no simulation takes it.
};

/// Grows with each block of names; what was known stays. One thread.
class RecordingNames {
public:
    /// Takes a block of names. Fails with `invalid`.
    [[nodiscard]] Result<void> add(std::string_view json);

    [[nodiscard]] const std::string& fleet() const { return fleet_; }
    [[nodiscard]] const std::string& file() const { return file_; }
    /// Who moves the fleet's time; nothing under the wall clock.
    [[nodiscard]] const std::optional<std::string>& replay_clock() const { return replay_clock_; }
    /// JSON text of the rules for topics.
    [[nodiscard]] const std::string& rules() const { return rules_; }
    /// Of the last fleet that was told.
    [[nodiscard]] const std::vector<RecordedAgent>& agents() const { return agents_; }
    [[nodiscard]] const RecordedAgent* agent(std::string_view name) const;

    /// Null for an unknown number.
    [[nodiscard]] const MessageType* type(std::uint32_t number) const;
    [[nodiscard]] const std::map<std::uint32_t, MessageType>& types() const { return types_; }
    /// Empty for an unknown number.
    [[nodiscard]] std::string publisher(std::uint32_t number) const;
    [[nodiscard]] const std::map<std::uint32_t, std::string>& publishers() const {
        return publishers_;
    }
    /// The records of a message as JSON objects (of JSON the value), or what there is instead.
    [[nodiscard]] Json payload_json(const RecordedMessage& message) const;
    /// {"topic","type","publisher","sequence","cause","event_time","publish_time"} and what
    /// payload_json gives, as "records" or "value".
    [[nodiscard]] Json message_json(const RecordedMessage& message) const;

private:
    void read(const Json& json);
    [[nodiscard]] bool is_json(const RecordedHeader& header) const;
    [[nodiscard]] Json id_json(const RecordedId& id) const;

    std::string fleet_;
    std::string file_;
    std::optional<std::string> replay_clock_;
    std::string rules_ = "[]";
    std::vector<RecordedAgent> agents_;
    std::map<std::uint32_t, MessageType> types_;
    std::map<std::uint32_t, std::string> publishers_;
};

}  // namespace drover
