#include "config/fleet_config.hpp"

#include <algorithm>
#include <system_error>
#include <tuple>

#include "base/names.hpp"
#include "config/environment.hpp"
#include "config/fleet_sources.hpp"
#include "config/map_reader.hpp"
#include "config/overlay.hpp"
#include "config/override.hpp"
#include "config/sections.hpp"
#include "config/source_text.hpp"
#include "config/written.hpp"
#include "config/yaml_tree.hpp"

namespace drover {
namespace {

constexpr std::size_t most_agents = 1000;
constexpr const char* default_name = "fleet";

void read_version(const MapReader& reader) {
    const YamlEntry* const version = reader.find("version");
    if (version != nullptr &&
        (version->value.kind != YamlNode::Kind::scalar || version->value.text != "1")) {
        reader.add_fault(
            version->place(),
            "'version' is " + describe(version->value) + "; this drover reads version 1.");
    }
}

void read_name(const MapReader& reader, FleetConfig& fleet) {
    reader.read_text("name", fleet.name);
    const YamlEntry* const name = reader.find("name");
    if (name != nullptr && name->value.kind == YamlNode::Kind::scalar &&
        !name->value.text.empty() && !is_agent_name(name->value.text)) {
        reader.add_fault(name->place(),
                         "'name' takes 1 to 48 of a-z, 0-9, - _ and ., beginning "
                         "with a letter, and this is " +
                             describe(name->value) + ".");
    }
}

/// Reads `clock`; returns where its agent is named.
SourcePlace read_clock(const MapReader& reader, FleetConfig& fleet) {
    const YamlEntry* const clock = reader.find("clock");
    if (clock == nullptr) {
        return {};
    }
    if (clock->value.kind != YamlNode::Kind::map) {
        if (clock->value.kind != YamlNode::Kind::scalar || clock->value.text != "wall") {
            reader.add_fault(clock->place(),
                             "'clock' takes wall or {replay: AGENT}, and this is " +
                                 describe(clock->value) + ".");
        }
        return {};
    }
    const MapReader inner(clock->value, Section::clock, "clock", reader.faults());
    const YamlEntry* const replay = inner.find("replay");
    if (replay == nullptr) {
        inner.add_fault(clock->place(),
                        "'replay' is missing: name the agent that replays, as in "
                        "{replay: market-data}");
        return {};
    }
    std::string agent;
    inner.read_text("replay", agent);
    if (!agent.empty()) {
        fleet.replay_clock = agent;
    }
    return replay->place();
}

SupervisionConfig read_defaults(const MapReader& reader) {
    SupervisionConfig defaults;
    if (const YamlEntry* const entry = reader.find("defaults")) {
        const MapReader inner(entry->value, Section::defaults, "defaults", reader.faults());
        read_supervision(inner, defaults);
    }
    return defaults;
}

void read_agents(const YamlNode& agents,
                 const SupervisionConfig& defaults,
                 const PluginSearch& search,
                 FleetConfig& fleet,
                 std::vector<Fault>& faults) {
    if (agents.entries.size() > most_agents) {
        faults.push_back({agents.place,
                          "agents: " + std::to_string(agents.entries.size()) +
                              " agents are more than the " + std::to_string(most_agents) +
                              " that a fleet may have."});
        return;
    }
    for (const YamlEntry& entry : agents.entries) {
        fleet.agents.push_back(
            read_agent(entry, defaults, search, fleet.file.parent_path(), faults));
    }
}

/// Reads the whole document into `fleet`.
void read_fleet(YamlNode& root,
                const PluginSearch& search,
                const std::vector<Override>& overrides,
                FleetConfig& fleet,
                std::vector<Fault>& faults) {
    const MapReader reader(root, Section::fleet, "", faults);
    if (root.kind != YamlNode::Kind::map) {
        return;
    }
    YamlEntry* const agents = root.find("agents");
    if (agents == nullptr || reader.find("agents") == nullptr) {
        reader.add_fault(agents == nullptr ? SourcePlace{root.place.file, 0, 0} : agents->place(),
                         "'agents' is missing: a fleet needs at least one agent.");
    } else if (agents->value.kind != YamlNode::Kind::map || agents->value.entries.empty()) {
        reader.add_fault(
            agents->place(),
            "'agents' takes a map from names to agents, at least one, and this is " +
                (agents->value.kind == YamlNode::Kind::map ? std::string("an empty map")
                                                           : describe(agents->value)) +
                ".");
    } else {
        apply_overrides(overrides, agents->value, faults);
    }
    replace_variables(root, faults);
    fleet.written = written_values(root);
    read_version(reader);
    read_name(reader, fleet);
    reader.read_boolean("watch", fleet.watch);
    constexpr Word<OnSupervisorDeath> deaths[] = {{"kill", OnSupervisorDeath::kill},
                                                  {"adopt", OnSupervisorDeath::adopt}};
    reader.read_word("on_supervisor_death", fleet.on_supervisor_death, deaths);
    const SourcePlace clock_place = read_clock(reader, fleet);
    const SupervisionConfig defaults = read_defaults(reader);
    fleet.log = defaults.log;
    if (const YamlEntry* const shutdown = reader.find("shutdown")) {
        const MapReader inner(shutdown->value, Section::shutdown, "shutdown", faults);
        inner.read_duration("timeout", fleet.shutdown_timeout, Nanoseconds::zero());
    }
    read_durable_log(reader, fleet.durable_log);
    if (const YamlEntry* const topics = reader.find("topics")) {
        fleet.topics = read_topics(topics->value, faults);
    }
    if (agents != nullptr && agents->value.kind == YamlNode::Kind::map) {
        read_agents(agents->value, defaults, search, fleet, faults);
        check_references(fleet, clock_place, faults);
    }
}

FleetReading empty_reading(const std::filesystem::path& file) {
    FleetReading reading;
    reading.config.name = default_name;
    std::error_code error;
    reading.config.file = std::filesystem::absolute(file, error).lexically_normal();
    return reading;
}

/// Sorts by place, what stands in `first` first; what has no line, such as faults of overrides,
/// comes last.
void sort_by_place(std::vector<Fault>& faults, const std::string& first) {
    const auto key = [&](const Fault& fault) {
        return std::tuple(
            fault.place.line == 0, fault.place.file != first, fault.place.line, fault.place.column);
    };
    std::stable_sort(faults.begin(), faults.end(), [&](const Fault& left, const Fault& right) {
        return key(left) < key(right);
    });
}

}  // namespace

std::string Fault::text() const {
    if (place.line == 0) {
        return place.file + ": " + message;
    }
    return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) +
           ": " + message;
}

std::string_view text_of(DependencyCondition condition) {
    switch (condition) {
        case DependencyCondition::started:
            return "started";
        case DependencyCondition::healthy:
            return "healthy";
        case DependencyCondition::completed:
            return "completed";
        case DependencyCondition::completed_successfully:
            return "completed_successfully";
        case DependencyCondition::log_ready:
            return "log_ready";
    }
    return "unknown";
}

std::string_view text_of(Standby standby) {
    switch (standby) {
        case Standby::none:
            return "none";
        case Standby::zygote:
            return "zygote";
        case Standby::spare:
            return "spare";
    }
    return "";
}

std::string_view text_of(Distribution::Mode mode) {
    switch (mode) {
        case Distribution::Mode::all:
            return "all";
        case Distribution::Mode::round_robin:
            return "round_robin";
        case Distribution::Mode::by_key:
            return "by_key";
    }
    return "unknown";
}

std::string_view text_of(OnDown reaction) {
    switch (reaction) {
        case OnDown::ignore:
            return "ignore";
        case OnDown::pause:
            return "pause";
        case OnDown::stop:
            return "stop";
    }
    return "unknown";
}

const AgentConfig* FleetConfig::find(const std::string& agent) const {
    const auto found =
        std::find_if(agents.begin(), agents.end(), [&](const AgentConfig& candidate) {
            return candidate.name == agent;
        });
    return found == agents.end() ? nullptr : &*found;
}

FleetReading read_fleet_config(const std::filesystem::path& file,
                               const PluginSearch& search,
                               const std::vector<Override>& overrides) {
    const auto sources = read_fleet_sources(file);
    if (const auto* const fault = std::get_if<Fault>(&sources)) {
        FleetReading reading = empty_reading(file);
        reading.faults.push_back(*fault);
        return reading;
    }
    return read_fleet_text(std::get<FleetSources>(sources), search, overrides);
}

FleetReading read_fleet_text(const std::string& text,
                             const std::filesystem::path& file,
                             const PluginSearch& search,
                             const std::vector<Override>& overrides) {
    return read_fleet_text(FleetSources{file, text, fleet_environment(), {}}, search, overrides);
}

FleetReading read_fleet_text(const FleetSources& sources,
                             const PluginSearch& search,
                             const std::vector<Override>& overrides) {
    const std::string shown = sources.file.string();
    FleetReading reading = empty_reading(sources.file);
    YamlDocument document = parse_yaml(sources.text, shown);
    reading.faults = std::move(document.faults);
    if (!document.is_complete) {
        return reading;
    }
    if (document.root.kind == YamlNode::Kind::null) {
        reading.faults = {
            {{shown, 0, 0}, "The file is empty: it needs at least 'agents' with one agent."}};
        return reading;
    }
    if (!sources.environment.empty()) {
        apply_overlay(
            sources.file, sources.environment, sources.overlay, document.root, reading.faults);
    }
    read_fleet(document.root, search, overrides, reading.config, reading.faults);
    sort_by_place(reading.faults, shown);
    if (reading.faults.empty()) {
        reading.config.warnings = find_warnings(reading.config);
        sort_by_place(reading.config.warnings, shown);
    }
    return reading;
}

std::variant<FleetConfig, std::vector<Fault>> load_fleet_config(
    const std::filesystem::path& file,
    const PluginSearch& search,
    const std::vector<Override>& overrides) {
    FleetReading reading = read_fleet_config(file, search, overrides);
    if (!reading.faults.empty()) {
        return std::move(reading.faults);
    }
    return std::move(reading.config);
}

}  // namespace drover
