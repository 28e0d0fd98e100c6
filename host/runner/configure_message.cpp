#include "runner/configure_message.hpp"

#include "base/json_value.hpp"

namespace drover {
namespace {

/// A 64-bit hash travels as decimal text, because JSON readers round large numbers.
std::uint64_t read_hash(const Json& value) {
    return value.is_string() ? std::stoull(value.get<std::string>()) : value.get<std::uint64_t>();
}

std::vector<TypeHandle> read_types(const Json& types) {
    std::vector<TypeHandle> handles;
    for (const Json& type : types) {
        handles.push_back(TypeHandle{type.at("name").get<std::string>(),
                                     type.at("version").get<std::uint32_t>(),
                                     read_hash(type.at("layout_hash")),
                                     type.at("handle").get<std::uint32_t>()});
    }
    return handles;
}

std::map<std::uint32_t, std::string> read_publishers(const Json& publishers) {
    std::map<std::uint32_t, std::string> names;
    for (const auto& [name, handle] : publishers.items()) {
        names[handle.get<std::uint32_t>()] = name;
    }
    return names;
}

ConfigureMessage read_checked(const Json& message) {
    ConfigureMessage read;
    AgentSetup& setup = read.setup;
    setup.name = message.at("name").get<std::string>();
    setup.fleet = message.at("fleet").get<std::string>();
    setup.handle = message.at("handle").get<std::uint32_t>();
    setup.incarnation = message.at("incarnation").get<std::uint32_t>();
    setup.config_json = config_text(message);
    setup.mode =
        message.at("mode").get<std::string>() == "replay" ? DROVER_MODE_REPLAY : DROVER_MODE_LIVE;
    setup.owns_clock = message.at("owns_clock").get<bool>();
    setup.rules = read_rules(message.at("rules"));
    read.plugin = message.at("plugin").get<std::string>();
    read.agent = value_or<std::string>(message, "agent", "");
    read.endpoint = message.at("endpoint").get<std::string>();
    read.token = message.at("token").get<std::string>();
    read.state_file = message.at("state_file").get<std::string>();
    read.kill_switch = message.at("kill_switch").get<std::string>();
    read.fleet_file = value_or<std::string>(message, "fleet_file", "");
    read.grants = value_or<std::vector<std::string>>(message, "grants", {});
    read.types = read_types(message.at("types"));
    read.publishers = read_publishers(message.at("publishers"));
    if (const auto window = message.find("window"); window != message.end()) {
        read.window_frames = value_or(*window, "frames", read.window_frames);
        read.window_bytes = value_or(*window, "bytes", read.window_bytes);
    }
    return read;
}

}  // namespace

Result<ConfigureMessage> read_configure(const Json& message) {
    try {
        return read_checked(message);
    } catch (const std::exception& error) {
        return Error{ErrorKind::invalid,
                     std::string("The configure message cannot be read: ") + error.what()};
    }
}

Result<FleetNews> read_fleet_news(const Json& message) {
    try {
        return FleetNews{read_rules(message.at("rules")),
                         read_publishers(message.at("publishers"))};
    } catch (const std::exception& error) {
        return Error{ErrorKind::invalid,
                     std::string("The message about the fleet cannot be read: ") + error.what()};
    }
}

std::vector<TopicRights> read_rules(const Json& rules) {
    std::vector<TopicRights> read;
    for (const Json& rule : rules) {
        TopicRights rights;
        rights.pattern = rule.at("pattern").get<std::string>();
        rights.gated = value_or(rule, "gated", false);
        rights.durable = value_or<std::string>(rule, "delivery", "stream") == "durable";
        if (const auto publishers = rule.find("publishers");
            publishers != rule.end() && publishers->is_array()) {
            rights.publishers = publishers->get<std::vector<std::string>>();
        }
        read.push_back(std::move(rights));
    }
    return read;
}

std::string config_text(const Json& holder) {
    const auto config = holder.find("config");
    if (config == holder.end() || config->is_null()) {
        return "{}";
    }
    return config->is_string() ? config->get<std::string>() : to_line(*config);
}

}  // namespace drover
