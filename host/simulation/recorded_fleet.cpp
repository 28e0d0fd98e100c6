#include "simulation/recorded_fleet.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/json_value.hpp"
#include "runner/agent_loading.hpp"
#include "runner/configure_message.hpp"
#include "simulation/fleet_comparison.hpp"
#include "simulation/outside_inputs.hpp"
#include "simulation/player_agent.hpp"
#include "simulation/simulation.hpp"

namespace drover {
namespace {

/// Who asks in the place of people; agents hear this name from a person too.
constexpr const char* people = "drover";
/// Moves the time of a fleet that was recorded under the wall clock.
constexpr const char* wall_clock = "wall-clock";

/// Puts the agents together: those that are run afresh, and players in the places of the others.
class RerunFleet {
public:
    RerunFleet(OutsideInputs inputs, const Json& configs, const ReplayWatch& watch)
        : inputs_(std::move(inputs)), configs_(configs), watch_(watch) {}

    /// The agents in the fleet's order, people last.
    Result<std::vector<SimulatedAgent>> build() {
        for (const auto& [number, type] : inputs_.names.types()) {
            add_type(type);
        }
        for (RerunAgent& agent : inputs_.inside) {
            if (auto loaded = load(agent); !loaded) {
                return loaded.error().within("Agent '" + agent.agent.name + "'");
            }
        }
        watch_.note_end();
        std::vector<SimulatedAgent> agents;
        for (const RecordedAgent& agent : inputs_.names.agents()) {
            if (const auto loaded = loaded_.find(agent.name); loaded != loaded_.end()) {
                agents.push_back(make(loaded->second));
                watch_.name(static_cast<std::uint32_t>(agents.size()), loaded->second.from->life);
            } else if (std::ranges::find(inputs_.outside, agent.name) != inputs_.outside.end()) {
                agents.push_back(play(agent.name, agent.name == inputs_.names.replay_clock()));
            }
            name_last(agents, agent.name);
        }
        agents.push_back(play(people, false));
        name_last(agents, people);
        if (!inputs_.names.replay_clock()) {
            agents.push_back(play(wall_clock, true));
            name_last(agents, wall_clock);
        }
        return agents;
    }

    /// For the players: set it once the simulation is there.
    void serve(Simulation& simulation) { simulation_ = &simulation; }

    [[nodiscard]] const std::map<std::uint32_t, std::string>& names() const { return names_; }
    [[nodiscard]] const OutsideInputs& inputs() const { return inputs_; }

private:
    struct Loaded {
        const RerunAgent* from = nullptr;
        LoadedAgent agent;
    };

    void add_type(const MessageType& type) {
        if (handle_of(type) == 0) {
            types_.push_back({type.name,
                              type.version,
                              layout_hash(type),
                              static_cast<std::uint32_t>(types_.size() + 1)});
        }
    }

    Result<void> load(const RerunAgent& agent) {
        // Agents get their handles once all libraries are there.
        constexpr std::uint32_t handle_while_loading = 1;
        watch_.name(handle_while_loading, agent.life);
        watch_.note_loading(handle_while_loading);
        auto library = PluginLibrary::load(agent.life.plugin);
        if (!library) {
            return library.error();
        }
        add_types(types_, library.value()->description());
        auto loaded = find_agent(library.value(), agent.life.library_agent, types_);
        if (!loaded) {
            return loaded.error();
        }
        loaded_[agent.agent.name] = {&agent, std::move(loaded.value())};
        return success();
    }

    [[nodiscard]] AgentSetup setup_for(const std::string& name) const {
        AgentSetup setup;
        setup.name = name;
        setup.fleet = inputs_.names.fleet();
        const auto rules = parse_json(inputs_.rules);
        setup.rules = rules ? read_rules(rules.value()) : std::vector<TopicRights>();
        setup.mode = DROVER_MODE_SIMULATION;
        setup.foreign_threads = false;
        setup.is_watched = false;
        return setup;
    }

    [[nodiscard]] SimulatedAgent make(const Loaded& loaded) const {
        const RerunAgent& from = *loaded.from;
        SimulatedAgent made;
        made.layout_hashes = loaded.agent.layout_hashes;
        made.setup = setup_for(from.agent.name);
        made.setup.description = loaded.agent.description;
        made.setup.ports = loaded.agent.ports;
        made.setup.config_json =
            value_or<std::string>(configs_, std::to_string(from.stream).c_str(), from.life.config);
        made.may_engage = from.life.may_engage;
        share(from.agent, made);
        made.setup.start_time = from.life.start_time;
        if (from.state) {
            made.setup.state = InitialState{from.state->first, from.state->second};
        }
        if (from.life.random != decltype(from.life.random){}) {
            made.setup.random = from.life.random;
        }
        for (const auto& [key, value] : from.store) {
            if (value) {
                made.setup.store.emplace(key, *value);
            }
        }
        return made;
    }

    /// One of several instances of an agent gets its share, as recorded.
    void share(const RecordedAgent& agent, SimulatedAgent& made) const {
        made.instance_of = agent.instance_of;
        made.sharing = agent.distribution == "by_key"        ? Sharing::by_key
                       : agent.distribution == "round_robin" ? Sharing::round_robin
                                                             : Sharing::all;
        for (const RecordedKey& key : agent.keys) {
            const MessageType* const type = inputs_.names.type(key.type);
            if (type != nullptr) {
                made.keys.push_back({handle_of(*type), key.offset, key.size});
            }
        }
    }

    /// 0 where no library and no recorded name has the type.
    [[nodiscard]] std::uint32_t handle_of(const MessageType& type) const {
        const std::uint64_t hash = layout_hash(type);
        const auto known = std::ranges::find_if(types_, [&](const TypeHandle& handle) {
            return handle.name == type.name && handle.version == type.version &&
                   handle.layout_hash == hash;
        });
        return known == types_.end() ? 0 : known->handle;
    }

    /// The inputs that a player of this name plays.
    [[nodiscard]] std::vector<OutsideInput> inputs_of(const std::string& name) const {
        std::vector<OutsideInput> own;
        std::ranges::copy_if(inputs_.inputs, std::back_inserter(own), [&](const auto& input) {
            return input.message ? input.agent == name : name == people;
        });
        return own;
    }

    SimulatedAgent play(const std::string& name, bool owns_clock) {
        SimulatedAgent made;
        made.setup = setup_for(name);
        made.setup.owns_clock = owns_clock;
        auto own = inputs_of(name);
        for (const OutsideInput& input : own) {
            if (input.message) {
                add_out_port(made, input.message->message().header.type);
            } else if (!input.gate && !input.rules) {
                add_client_port(made, input);
            }
        }
        PlayerPorts ports;
        ports.out = [setup = made.setup.ports](std::uint32_t type) {
            return index_of(setup, std::to_string(type));
        };
        ports.ask = [setup = made.setup.ports](const std::string& agent, std::uint32_t port) {
            return index_of(setup, agent + "/" + std::to_string(port));
        };
        ports.set_gate = [this](bool engaged) {
            (void)simulation_->kill_switch().write(engaged, people, "as recorded");
        };
        ports.set_rules = [this](const std::string& rules) {
            if (const auto json = parse_json(rules)) {
                simulation_->take_rules(read_rules(json.value()));
            }
        };
        players_.push_back(std::make_unique<PlayerAgent>(
            std::move(own), owns_clock, inputs_.last_time, std::move(ports)));
        made.setup.description = players_.back()->description();
        return made;
    }

    static std::uint32_t index_of(const std::vector<PortSetup>& ports, const std::string& name) {
        const auto found = std::ranges::find(ports, name, &PortSetup::name);
        return static_cast<std::uint32_t>(found - ports.begin());
    }

    void add_out_port(SimulatedAgent& player, std::uint32_t number) const {
        const std::string name = std::to_string(number);
        const MessageType* const type = inputs_.names.type(number);
        if (type == nullptr || index_of(player.setup.ports, name) < player.setup.ports.size()) {
            return;
        }
        PortSetup port;
        port.flags = DROVER_PORT_OUT;
        port.name = name;
        port.topic = ">";
        port.type = handle_of(*type);
        port.encoding = static_cast<std::uint16_t>(type->encoding);
        port.record_size = type->record_size;
        player.setup.ports.push_back(std::move(port));
        player.layout_hashes.push_back(layout_hash(*type));
    }

    void add_client_port(SimulatedAgent& player, const OutsideInput& input) const {
        const std::string name = input.agent + "/" + std::to_string(input.port);
        const auto asked = loaded_.find(input.agent);
        if (asked == loaded_.end() || input.port >= asked->second.agent.ports.size() ||
            index_of(player.setup.ports, name) < player.setup.ports.size()) {
            return;
        }
        PortSetup port = asked->second.agent.ports[input.port];
        port.flags = DROVER_PORT_REQUEST_CLIENT;
        port.name = name;
        player.setup.ports.push_back(std::move(port));
        player.layout_hashes.push_back(0);
    }

    /// The agent that was added last gets its handle, counting from 1.
    void name_last(std::vector<SimulatedAgent>& agents, const std::string& name) {
        if (!agents.empty() && agents.back().setup.name == name) {
            agents.back().setup.handle = static_cast<std::uint32_t>(agents.size());
            names_[agents.back().setup.handle] = name;
        }
    }

    OutsideInputs inputs_;
    const Json& configs_;
    const ReplayWatch& watch_;
    std::vector<TypeHandle> types_;
    std::map<std::string, Loaded> loaded_;
    std::map<std::uint32_t, std::string> names_;
    std::vector<std::unique_ptr<PlayerAgent>> players_;
    Simulation* simulation_ = nullptr;
};

std::vector<std::string> compared_topics(const Json& request) {
    auto topics = value_or<std::vector<std::string>>(request, "topics", {});
    return topics.empty()
               ? std::vector<std::string>{"order.>", "risk.verdict.>", "position.>", "account.>"}
               : topics;
}

Json rerun_failed(const std::string& sentence) {
    return {{"error", sentence}};
}

}  // namespace

Json rerun_fleet(const Json& request, const ReplayWatch& watch) {
    const auto topics = compared_topics(request);
    auto inputs = read_outside_inputs(request.at("file").get<std::string>(), topics);
    if (!inputs) {
        return rerun_failed(inputs.error().message);
    }
    const Json configs = value_or(request, "configs", Json::object());
    RerunFleet fleet(std::move(inputs.value()), configs, watch);
    auto agents = fleet.build();
    if (!agents) {
        return rerun_failed(agents.error().message);
    }
    FleetComparison comparison(fleet.inputs(), topics);
    SimulationWatch events;
    events.event = [&](const PublishedMessage& message) {
        const auto name = fleet.names().find(message.id.publisher);
        if (name != fleet.names().end()) {
            comparison.add(name->second, message);
        }
    };
    SimulationOptions options;
    options.hash = false;
    options.page = watch.page();
    Simulation simulation(std::move(agents.value()), options, std::move(events));
    fleet.serve(simulation);
    const auto ran = simulation.run();
    watch.note_end();
    if (!ran) {
        return rerun_failed("The fleet run afresh: " + ran.error().message);
    }
    Json differences = comparison.finish();
    return {{"equal", differences.empty()},
            {"outside", fleet.inputs().outside},
            {"inputs", fleet.inputs().inputs.size()},
            {"compared", comparison.compared()},
            {"differences", std::move(differences)},
            {"notes", comparison.notes()},
            {"error", nullptr}};
}

}  // namespace drover
