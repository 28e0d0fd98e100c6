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

StateOrder read_state_order(const Json& message) {
    const auto order = message.find("state");
    if (order == message.end() || !order->is_object()) {
        return {};
    }
    const auto keep = order->find("keep");
    return keep != order->end()
               ? StateOrder{StateOrder::Kind::keep, keep->get<std::string>()}
               : StateOrder{StateOrder::Kind::restore, order->at("restore").get<std::string>()};
}

std::optional<std::vector<std::string>> read_names(const Json& rule, const char* key) {
    const auto names = rule.find(key);
    return names != rule.end() && names->is_array()
               ? std::optional(names->get<std::vector<std::string>>())
               : std::nullopt;
}

std::map<std::string, Quota> read_quotas(const Json& message) {
    std::map<std::string, Quota> quotas;
    if (const auto found = message.find("quotas"); found != message.end()) {
        for (const auto& [name, quota] : found->items()) {
            quotas[name] = quota_from_json(quota);
        }
    }
    return quotas;
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
    setup.quota = read_quotas(message)[setup.name];
    read.plugin = message.at("plugin").get<std::string>();
    read.agent = value_or<std::string>(message, "agent", "");
    read.endpoint = message.at("endpoint").get<std::string>();
    read.token = message.at("token").get<std::string>();
    read.state_file = message.at("state_file").get<std::string>();
    read.copy_from = value_or<std::string>(message, "copy_from", "");
    read.kill_switch = message.at("kill_switch").get<std::string>();
    read.fleet_file = value_or<std::string>(message, "fleet_file", "");
    read.fleet_copy = value_or<std::string>(message, "fleet_copy", "");
    read.grants = value_or<std::vector<std::string>>(message, "grants", {});
    read.types = read_types(message.at("types"));
    read.publishers = read_publishers(message.at("publishers"));
    read.state_order = read_state_order(message);
    if (const auto window = message.find("window"); window != message.end()) {
        read.window.frames = value_or(*window, "frames", read.window.frames);
        read.window.bytes = value_or(*window, "bytes", read.window.bytes);
    }
    read.record = read_record_order(value_or(message, "record", Json(nullptr)));
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
                         read_publishers(message.at("publishers")),
                         read_quotas(message)};
    } catch (const std::exception& error) {
        return Error{ErrorKind::invalid,
                     std::string("The message about the fleet cannot be read: ") + error.what()};
    }
}

std::optional<RecordOrder> read_record_order(const Json& message) {
    const auto socket = message.is_object() ? value_or<std::string>(message, "socket", "") : "";
    if (socket.empty()) {
        return std::nullopt;
    }
    using Texts = std::map<std::string, std::string>;
    return RecordOrder{socket,
                       value_or<std::vector<std::string>>(message, "patterns", {}),
                       value_or<std::string>(message, "config", "{}"),
                       value_or<Texts>(message, "secrets", {}),
                       value_or<Texts>(message, "secret_places", {})};
}

std::vector<TopicRights> read_rules(const Json& rules) {
    std::vector<TopicRights> read;
    for (const Json& rule : rules) {
        TopicRights rights;
        rights.pattern = rule.at("pattern").get<std::string>();
        rights.gated = value_or(rule, "gated", false);
        const auto delivery = value_or<std::string>(rule, "delivery", "stream");
        rights.latest = delivery == "latest";
        rights.durable = delivery == "durable";
        rights.publishers = read_names(rule, "publishers");
        rights.subscribers = read_names(rule, "subscribers");
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
