/// The `configure` message of the control channel, as an agent reads it. Keys:
/// docs/control_channel.md.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "runner/agent_loading.hpp"
#include "runner/agent_setup.hpp"
#include "runner/state_order.hpp"
#include "wire/credit_window.hpp"

namespace drover {

/// `record`: from now on everything is written down for the recorder at a Unix socket.
struct RecordOrder {
    std::filesystem::path socket;
    std::vector<std::string> patterns;           ///< Of topics; empty: all.
    std::string config;                          ///< Of the agent, without the values of secrets.
    std::map<std::string, std::string> secrets;  ///< File by name.
    std::map<std::string, std::string> secret_places;  ///< Name by JSON pointer.
};

struct ConfigureMessage {
    AgentSetup setup;  ///< Without what comes from the plugin: description and ports.
    std::filesystem::path plugin;
    std::string agent;  ///< Which agent of the library; empty: its only one.
    std::string endpoint;
    std::string token;
    std::filesystem::path state_file;
    /// Of a rehearsal: what `state_file` becomes a copy of first; empty: it is one already.
    std::filesystem::path copy_from;
    std::filesystem::path kill_switch;
    std::filesystem::path fleet_file;  ///< Of the running fleet.
    std::filesystem::path fleet_copy;  ///< What droverd keeps of it, as it was applied; or empty.
    std::vector<std::string> grants;   ///< Ids of extensions lent by grant.
    std::vector<TypeHandle> types;
    std::map<std::uint32_t, std::string> publishers;
    StateOrder state_order;
    CreditWindow window;
    std::optional<RecordOrder> record;
};

/// Fails with `invalid` when a key is missing or of the wrong type.
[[nodiscard]] Result<ConfigureMessage> read_configure(const Json& message);

/// `fleet` of the control channel: what has changed around an agent that runs.
struct FleetNews {
    std::vector<TopicRights> rules;
    std::map<std::uint32_t, std::string> publishers;
    std::map<std::string, Quota> quotas;  ///< By agent; without one: unlimited.
};

/// Fails as read_configure does.
[[nodiscard]] Result<FleetNews> read_fleet_news(const Json& message);

/// The `record` of the control channel; nothing: nobody records (any more), or it is no order.
[[nodiscard]] std::optional<RecordOrder> read_record_order(const Json& message);

/// Rules as they stand in `rules` of the control channel and of a simulation's request.
[[nodiscard]] std::vector<TopicRights> read_rules(const Json& rules);

/// A `config` key: an object, or its JSON text (which keeps numbers exactly as they were typed).
[[nodiscard]] std::string config_text(const Json& holder);

}  // namespace drover
