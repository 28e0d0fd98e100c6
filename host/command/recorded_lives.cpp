#include "command/recorded_lives.hpp"

#include <algorithm>

#include "base/json_value.hpp"
#include "fleet/secret_config.hpp"
#include "recording/recording_reader.hpp"

namespace drover {

std::vector<std::string> RecordedLives::agents() const {
    std::vector<std::string> found;
    const auto add = [&found](const std::string& name) {
        if (std::ranges::find(found, name) == found.end()) {
            found.push_back(name);
        }
    };
    for (const RecordedAgent& agent : names.agents()) {
        const bool has_life = std::ranges::any_of(
            lives, [&](const auto& each) { return each.second.agent == agent.name; });
        if (has_life) {
            add(agent.name);
        }
    }
    for (const auto& [stream, life] : lives) {
        add(life.agent);
    }
    return found;
}

Result<RecordedLives> read_recorded_lives(const std::filesystem::path& file) {
    auto reader = RecordingReader::open(file);
    if (!reader) {
        return reader.error();
    }
    RecordedLives recorded;
    while (const auto block = reader.value().next()) {
        if (block->kind == BlockKind::names) {
            if (auto added = recorded.names.add(block->text()); !added) {
                return added.error().within(file.string());
            }
        } else if (block->kind == BlockKind::entries && !recorded.lives.contains(block->stream)) {
            auto bytes = block->body;
            const auto entry = Entry::take(bytes);
            auto life = entry && entry->kind == EntryKind::life ? RecordedLife::decode(entry->body)
                                                                : std::nullopt;
            if (!life) {
                return Error{ErrorKind::invalid,
                             file.string() + ": what was recorded of stream " +
                                 std::to_string(block->stream) + " does not say whose life it is."};
            }
            recorded.lives.emplace(block->stream, std::move(*life));
        }
    }
    if (auto whole = reader.value().must_be_undamaged(file); !whole) {
        return whole.error();
    }
    if (recorded.lives.empty()) {
        return Error{ErrorKind::invalid, file.string() + " holds no life of any agent."};
    }
    recorded.is_finished = reader.value().is_finished();
    recorded.torn_bytes = reader.value().torn_bytes();
    return recorded;
}

Result<Json> configs_with_secrets(const RecordedLives& recorded) {
    Json configs = Json::object();
    for (const auto& [stream, life] : recorded.lives) {
        if (life.secret_places.empty()) {
            continue;
        }
        AgentConfig agent;
        agent.name = life.agent;
        agent.config_json = life.config;
        agent.secret_values = life.secret_places;
        for (const RecordedSecret& secret : life.secrets) {
            AgentSecret named;
            named.name = secret.name;
            named.file = secret.file;
            agent.secrets.push_back(std::move(named));
        }
        const auto filled = config_with_secrets(agent);
        if (!filled) {
            return filled.error().within("agent '" + life.agent + "'");
        }
        configs[std::to_string(stream)] = filled.value().json;
    }
    return configs;
}

}  // namespace drover
