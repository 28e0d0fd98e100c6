/// The config of an agent with its secrets in it: made at each start, handed over, and forgotten.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/fleet_config.hpp"

namespace drover {

struct SecretConfig {
    std::string json;                 ///< `config` as JSON text, secrets in their places.
    std::vector<std::string> values;  ///< Of all its secrets, for hiding them.
};

/// Reads the agent's secrets anew, so that one that was changed counts from the next start on.
/// Fails with `invalid` and a sentence when one cannot be used.
[[nodiscard]] Result<SecretConfig> config_with_secrets(const AgentConfig& agent);

}  // namespace drover
