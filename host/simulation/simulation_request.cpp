#include "simulation/simulation_request.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <drover/extension/control.h>

#include "base/json_value.hpp"
#include "base/line_channel.hpp"
#include "base/logging.hpp"
#include "process/programs_folder.hpp"
#include "runner/agent_loading.hpp"
#include "runner/configure_message.hpp"
#include "simulation/child_lines.hpp"
#include "simulation/event_file.hpp"
#include "simulation/simulation.hpp"

namespace drover {
namespace {

constexpr int channel_descriptor = 3;
constexpr int page_descriptor = 4;

/// The agents of a request that take part, loaded and set up.
class FleetOfRequest {
public:
    FleetOfRequest(const Json& request, StatusPageLayout* page) : request_(request), page_(page) {}

    Result<std::vector<SimulatedAgent>> build() {
        std::uint32_t loading = 0;
        for (const Json& agent : request_.at("agents")) {
            if (!agent.at("included").get<bool>()) {
                left_out_.push_back(agent.at("name").get<std::string>());
                continue;
            }
            note_loading(++loading);
            if (auto loaded = load(agent); !loaded) {
                return loaded.error();
            }
        }
        std::vector<SimulatedAgent> agents;
        for (const Json& agent : request_.at("agents")) {
            if (agent.at("included").get<bool>()) {
                auto made = make(agent, static_cast<std::uint32_t>(agents.size() + 1));
                if (!made) {
                    return made.error();
                }
                agents.push_back(std::move(made.value()));
            }
        }
        return agents;
    }

    [[nodiscard]] const std::vector<std::string>& left_out() const { return left_out_; }

    /// The message types of all libraries, by the handles that `build` gave them.
    [[nodiscard]] std::map<std::uint32_t, MessageType> types() const {
        std::map<std::uint32_t, MessageType> types;
        for (const auto& [plugin, library] : libraries_) {
            for (const AgentDescription& agent : library->description().agents) {
                for (const PortDescription& port : agent.ports) {
                    add_described(port.type, types);
                    add_described(port.reply_type, types);
                }
            }
        }
        return types;
    }
    /// The agents that take part, by handle.
    [[nodiscard]] const std::map<std::uint32_t, std::string>& names() const { return names_; }

private:
    /// Loading runs constructors, the first code of a plugin.
    void note_loading(std::uint32_t handle) const {
        if (page_ != nullptr) {
            page_->agent.store(handle, std::memory_order_relaxed);
            page_->callback.store(static_cast<std::uint32_t>(CallbackKind::load),
                                  std::memory_order_relaxed);
        }
    }

    Result<void> load(const Json& agent) {
        const auto plugin = agent.at("plugin").get<std::string>();
        if (libraries_.contains(plugin)) {
            return success();
        }
        auto library = PluginLibrary::load(plugin);
        if (!library) {
            return library.error();
        }
        add_types(types_, library.value()->description());
        libraries_[plugin] = library.value();
        return success();
    }

    Result<SimulatedAgent> make(const Json& agent, std::uint32_t handle) {
        const auto name = agent.at("name").get<std::string>();
        auto loaded = find_agent(libraries_.at(agent.at("plugin").get<std::string>()),
                                 value_or<std::string>(agent, "agent", ""),
                                 types_);
        if (!loaded) {
            return loaded.error().within(name);
        }
        names_[handle] = name;
        SimulatedAgent made;
        made.layout_hashes = loaded.value().layout_hashes;
        const auto grants = value_or<std::vector<std::string>>(agent, "grants", {});
        made.may_engage = std::ranges::find(grants, DROVER_EXTENSION_CONTROL) != grants.end();
        made.setup.name = name;
        made.setup.fleet = request_.at("fleet").get<std::string>();
        made.setup.handle = handle;
        made.setup.description = loaded.value().description;
        made.setup.ports = loaded.value().ports;
        made.setup.rules = read_rules(request_.at("rules"));
        made.setup.config_json = config_text(agent);
        made.setup.mode = DROVER_MODE_SIMULATION;
        made.setup.owns_clock = value_or<std::string>(request_, "replay_clock", "") == name;
        made.setup.foreign_threads = false;
        made.setup.is_watched = false;
        made.instance_of = value_or<std::string>(agent, "instance_of", "");
        read_sharing(agent, made);
        return made;
    }

    void read_sharing(const Json& agent, SimulatedAgent& made) const {
        const auto word = value_or<std::string>(agent, "distribution", "all");
        made.sharing = word == "by_key"        ? Sharing::by_key
                       : word == "round_robin" ? Sharing::round_robin
                                               : Sharing::all;
        for (const Json& key : value_or(agent, "keys", Json::array())) {
            const auto known = std::ranges::find_if(types_, [&](const TypeHandle& type) {
                return type.name == key.at("name").get<std::string>() &&
                       type.version == key.at("version").get<std::uint32_t>() &&
                       std::to_string(type.layout_hash) == key.at("layout_hash").get<std::string>();
            });
            if (known != types_.end()) {
                made.keys.push_back({known->handle,
                                     key.at("offset").get<std::uint32_t>(),
                                     key.at("size").get<std::uint32_t>()});
            }
        }
    }

    void add_described(const std::shared_ptr<const MessageType>& type,
                       std::map<std::uint32_t, MessageType>& types) const {
        for (const TypeHandle& handle : types_) {
            if (type && handle.name == type->name && handle.version == type->version &&
                handle.layout_hash == layout_hash(*type)) {
                types[handle.handle] = *type;
            }
        }
    }

    const Json& request_;
    StatusPageLayout* page_;
    std::map<std::string, std::shared_ptr<PluginLibrary>> libraries_;
    std::vector<TypeHandle> types_;
    std::map<std::uint32_t, std::string> names_;
    std::vector<std::string> left_out_;
};

Json profile_json(const ProfileResult& profile) {
    constexpr std::array<const char*, 3> kinds{"preparation", "callbacks", "host"};
    Json parts = Json::array();
    for (const PartCost& part : profile.parts) {
        parts.push_back({{"kind", kinds[static_cast<std::size_t>(part.kind)]},
                         {"name", part.name},
                         {"count", part.count},
                         {"seconds", part.seconds}});
    }
    return {{"steps", profile.steps},
            {"sampled_steps", profile.sampled_steps},
            {"reading_nanoseconds", profile.reading_nanoseconds},
            {"parts", std::move(parts)}};
}

Json answer(const SimulationResult& result, const std::vector<std::string>& left_out) {
    Json answer = {
        {"summary", result.summary_json ? Json(*result.summary_json) : Json(nullptr)},
        {"host",
         {{"events", result.events},
          {"messages", result.deliveries},
          {"event_log_hash", result.event_log_hash ? Json(*result.event_log_hash) : Json(nullptr)},
          {"seconds", result.seconds},
          {"left_out", left_out}}},
        {"error", nullptr},
        {"warnings", result.warnings}};
    if (result.profile) {
        answer["host"]["profile"] = profile_json(*result.profile);
    }
    return answer;
}

Json failed(const std::string& sentence) {
    return {
        {"summary", nullptr}, {"host", nullptr}, {"error", sentence}, {"warnings", Json::array()}};
}

Json progress_json(const SimulationProgress& progress) {
    return {{"progress",
             {{"instants", progress.instants},
              {"deliveries", progress.deliveries},
              {"events", progress.events},
              {"began", progress.began},
              {"time", progress.time},
              {"seconds", progress.seconds}}}};
}

}  // namespace

Json simulate(const Json& request, const ProgressTeller& tell, StatusPageLayout* page) {
    try {
        FleetOfRequest fleet(request, page);
        auto agents = fleet.build();
        if (!agents) {
            return failed(agents.error().message);
        }
        SimulationWatch watch;
        if (tell && value_or(request, "progress", false)) {
            watch.progress = [&](const SimulationProgress& progress) {
                tell(progress_json(progress));
            };
        }
        std::unique_ptr<EventFile> events;
        if (const auto path = value_or<std::string>(request, "events", ""); !path.empty()) {
            auto file = EventFile::create(path, fleet.types(), fleet.names());
            if (!file) {
                return failed(file.error().message);
            }
            events = std::move(file.value());
            watch.event = [&](const PublishedMessage& message) { events->add(message); };
        }
        SimulationOptions options;
        options.hash = value_or(request, "hash", true);
        options.profile = value_or(request, "profile", false);
        options.page = page;
        Simulation simulation(std::move(agents.value()), options, std::move(watch));
        auto result = simulation.run();
        if (events) {
            if (auto written = events->finish(); !written) {
                return failed(written.error().message);
            }
        }
        return result ? answer(result.value(), fleet.left_out()) : failed(result.error().message);
    } catch (const Json::exception& error) {
        return failed(std::string("The simulation's request cannot be read: ") + error.what());
    }
}

int run_simulation_child() {
    open_log_of_child("simulation", LogLevel::info);
    LineChannel channel{FileDescriptor(channel_descriptor)};
    const auto line = wait_for_line(channel);
    if (!line) {
        log_error("No request came on descriptor 3; use `drover backtest`.");
        return 1;
    }
    const auto request = parse_json(*line);
    const auto page = StatusPage::attach(page_descriptor);
    if (page) {
        StatusPage::capture_crashes_on(page_descriptor, programs_folder() / "drover-agent");
    }
    const auto tell = [&channel](const Json& progress) {
        // Who does not read gets the next one; the simulation waits for nobody.
        channel.flush();
        if (!channel.has_unsent()) {
            channel.write_line(to_line(progress));
        }
    };
    const Json reply =
        request ? simulate(request.value(), tell, page ? &page.value().layout() : nullptr)
                : failed(request.error().message);
    send_line(channel, to_line(reply));
    return reply.at("error").is_null() ? 0 : 1;
}

}  // namespace drover
