// The keys `sandbox` and `user`: what an agent may reach, and as whom.
#include <system_error>

#include "config/sections.hpp"

namespace drover {
namespace {

void add_path(const MapReader& reader,
              const YamlNode& node,
              const std::string& key,
              const std::filesystem::path& folder,
              std::vector<std::filesystem::path>& target) {
    if (node.kind != YamlNode::Kind::scalar || node.text.empty()) {
        reader.add_fault(
            node.place,
            "'" + key + "' takes a list of files and folders, and this is " + describe(node) + ".");
        return;
    }
    const auto path = (folder / node.text).lexically_normal();
    std::error_code fault;
    if (!std::filesystem::exists(path, fault)) {
        reader.add_fault(
            node.place,
            "'" + key + "': " + path.string() + " does not exist: what is granted must be there.");
        return;
    }
    target.push_back(path);
}

void read_granted(const MapReader& reader,
                  const std::string& key,
                  const std::filesystem::path& folder,
                  std::vector<std::filesystem::path>& target) {
    const YamlEntry* const entry = reader.find(key);
    if (entry == nullptr) {
        return;
    }
    if (entry->value.kind != YamlNode::Kind::list) {
        reader.add_fault(entry->place(),
                         "'" + key + "' takes a list of files and folders, and this is " +
                             describe(entry->value) + ".");
        return;
    }
    for (const YamlNode& item : entry->value.items) {
        add_path(reader, item, key, folder, target);
    }
}

}  // namespace

void read_sandbox(const MapReader& parent,
                  AgentConfig& agent,
                  const std::filesystem::path& folder) {
    const YamlEntry* const entry = parent.find("sandbox");
    if (entry == nullptr) {
        return;
    }
    if (entry->value.kind == YamlNode::Kind::map) {
        SandboxConfig sandbox;
        sandbox.place = entry->key_place;
        const MapReader reader(
            entry->value, Section::sandbox, parent.owner() + ": sandbox", parent.faults());
        reader.read_boolean("network", sandbox.network);
        read_granted(reader, "read", folder, sandbox.read);
        read_granted(reader, "write", folder, sandbox.write);
        agent.sandbox = std::move(sandbox);
    } else if (entry->value.kind == YamlNode::Kind::scalar && entry->value.text == "strict") {
        agent.sandbox.emplace();
        agent.sandbox->place = entry->key_place;
    } else if (entry->value.kind != YamlNode::Kind::scalar || entry->value.text != "none") {
        parent.add_fault(entry->place(),
                         "'sandbox' takes strict, none, or a map of what is granted such as "
                         "{network: yes, read: [data], write: [out]}, and this is " +
                             describe(entry->value) + ".");
    }
}

void read_user(const MapReader& reader, AgentConfig& agent) {
    const YamlEntry* const entry = reader.find("user");
    if (entry == nullptr) {
        return;
    }
    agent.user_place = entry->place();
    if (entry->value.kind != YamlNode::Kind::scalar || entry->value.text.empty()) {
        reader.add_fault(entry->place(),
                         "'user' takes the name of a user of this machine, and this is " +
                             describe(entry->value) + ".");
        return;
    }
    auto user = find_system_user(entry->value.text);
    if (!user) {
        reader.add_fault(entry->place(), "'user': " + user.error().message);
        return;
    }
    agent.user = std::move(user.value());
}

}  // namespace drover
