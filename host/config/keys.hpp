/// The keys that agents.yaml knows, one list a map; docs/agents.schema.json has the same.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace drover {

/// A kind of map in agents.yaml.
enum class Section {
    fleet,
    clock,
    defaults,
    backoff,
    restart_limit,
    heartbeat,
    shutdown,
    log,
    durable_log,
    limits,
    quota,
    sandbox,
    topic_rule,
    agent,
    dependency,
    schedule,
    distribution
};

/// The keys that may stand in such a map.
[[nodiscard]] std::span<const std::string> known_keys(Section section);

/// Keys that a plugin may define for its own config, and that are sought here by mistake.
[[nodiscard]] std::span<const std::string> plugin_keys(Section section);

/// Keys of later releases: they get a sentence of their own instead of "unknown".
[[nodiscard]] std::span<const std::string> later_keys(Section section);

}  // namespace drover
