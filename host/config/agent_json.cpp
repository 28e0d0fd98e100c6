#include "config/agent_json.hpp"

#include <algorithm>

#include "base/json_pointer.hpp"
#include "base/json_value.hpp"
#include "base/names.hpp"
#include "config/scalar.hpp"
#include "config/written.hpp"

namespace drover {
namespace {

std::string quoted(const std::string& text) {
    return to_line(Json(text));
}

class JsonWriter {
public:
    JsonWriter(AgentConfig& agent, std::vector<Fault>& faults) : agent_(&agent), faults_(&faults) {}

    void write(const YamlNode& node, const std::string& pointer, const SourcePlace& place) {
        agent_->config_places[pointer] = place;
        switch (node.kind) {
            case YamlNode::Kind::null:
                text_ += "null";
                break;
            case YamlNode::Kind::scalar:
                note_secret(node, pointer);
                write_scalar(node);
                break;
            case YamlNode::Kind::list:
                write_list(node, pointer);
                break;
            case YamlNode::Kind::map:
                write_map(node, pointer);
                break;
        }
    }
    std::string take() { return std::move(text_); }

private:
    void note_secret(const YamlNode& node, const std::string& pointer) {
        if (node.secret.empty()) {
            return;
        }
        std::vector<std::string> known;
        for (const AgentSecret& secret : agent_->secrets) {
            known.push_back(secret.name);
        }
        if (std::ranges::find(known, node.secret) == known.end()) {
            faults_->push_back({node.place,
                                "agent '" + agent_->name + "': config: there is no secret '" +
                                    node.secret + "' in its 'secrets'." +
                                    did_you_mean(node.secret, known)});
        }
        agent_->secret_values[pointer] = node.secret;
    }
    void write_list(const YamlNode& node, const std::string& pointer) {
        text_ += '[';
        for (std::size_t index = 0; index < node.items.size(); ++index) {
            text_ += index == 0 ? "" : ",";
            const YamlNode& item = node.items[index];
            write(item, pointer + "/" + std::to_string(index), item.place);
        }
        text_ += ']';
    }
    void write_map(const YamlNode& node, const std::string& pointer) {
        text_ += '{';
        for (std::size_t index = 0; index < node.entries.size(); ++index) {
            const YamlEntry& entry = node.entries[index];
            const std::string below = pointer + pointer_step(entry.key);
            text_ += index == 0 ? "" : ",";
            text_ += quoted(entry.key) + ":";
            agent_->config_key_places[below] = entry.key_place;
            write(entry.value, below, entry.place());
        }
        text_ += '}';
    }
    void write_scalar(const YamlNode& node) {
        switch (node.is_plain && node.secret.empty() ? plain_type(node.text) : PlainType::text) {
            case PlainType::null:
                text_ += "null";
                break;
            case PlainType::boolean:
                text_ += node.text.front() == 't' || node.text.front() == 'T' ? "true" : "false";
                break;
            case PlainType::number:
                write_number(node);
                break;
            case PlainType::ambiguous:
                refuse(node,
                       "'" + node.text +
                           "' is read differently by versions of YAML or does not exist in "
                           "JSON: write the number without leading zeros, or quote the text "
                           "as '" +
                           node.text + "'.");
                break;
            case PlainType::text:
                text_ += quoted(node.text);
                break;
        }
    }
    void write_number(const YamlNode& node) {
        const auto number = json_number(node.text);
        if (number) {
            text_ += number.value();
        } else {
            refuse(node, number.error().message);
        }
    }
    void refuse(const YamlNode& node, const std::string& message) {
        text_ += "null";
        faults_->push_back({node.place, "agent '" + agent_->name + "': config: " + message});
    }

    AgentConfig* agent_;
    std::vector<Fault>* faults_;
    std::string text_;
};

}  // namespace

void write_agent_json(const YamlNode& config, AgentConfig& agent, std::vector<Fault>& faults) {
    JsonWriter writer(agent, faults);
    writer.write(config, "", config.place);
    agent.config_json = writer.take();
}

}  // namespace drover
