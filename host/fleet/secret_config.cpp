#include "fleet/secret_config.hpp"

#include <map>
#include <utility>

#include "config/agent_secrets.hpp"
#include "plugin/config_schema.hpp"

namespace drover {

Result<SecretConfig> config_with_secrets(const AgentConfig& agent) {
    SecretConfig made{agent.config_json, {}};
    std::map<std::string, std::string> by_name;
    for (const AgentSecret& secret : agent.secrets) {
        auto value = read_secret(secret.file);
        if (!value) {
            return Error{ErrorKind::invalid,
                         "secret '" + secret.name + "': " + value.error().message};
        }
        made.values.push_back(value.value());
        by_name[secret.name] = std::move(value.value());
    }
    std::map<std::string, std::string> by_pointer;
    for (const auto& [pointer, name] : agent.secret_values) {
        by_pointer[pointer] = by_name[name];
    }
    if (by_pointer.empty()) {
        return made;
    }
    auto json = replace_texts(agent.config_json, by_pointer);
    if (!json) {
        return json.error();
    }
    made.json = std::move(json.value());
    return made;
}

}  // namespace drover
