#include "command/fleet_file.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "base/file_text.hpp"
#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "command/exit_code.hpp"
#include "config/fleet_sources.hpp"
#include "config/typed_place.hpp"
#include "process/programs_folder.hpp"
#include "process/run_directory.hpp"
#include "schedule/schedule_check.hpp"

namespace drover {

void print_faults(const std::vector<Fault>& faults) {
    for (const Fault& fault : faults) {
        (void)std::fprintf(stderr, "%s\n", printable_lines(fault.text()).c_str());
    }
}

void add_socket_faults(PreparedFleet& fleet, const std::filesystem::path& state_directory) {
    constexpr std::uint32_t longest_incarnation = ~std::uint32_t{0};
    const auto run = RunDirectory::locate(state_directory);
    if (!run) {
        fleet.faults.push_back({{fleet.config.file.string(), 0, 0}, run.error().message});
        return;
    }
    for (const AgentConfig& agent : fleet.config.agents) {
        const std::string name =
            agent.replicas ? instance_name(agent.name, *agent.replicas) : agent.name;
        if (const auto link = run.value().link_endpoint(name, longest_incarnation); !link) {
            fleet.faults.push_back({agent.place, link.error().message});
        }
    }
}

namespace {

/// `state_directory`: where the fleet is to be started; nothing where it is not.
std::optional<PreparedFleet> prepare_for_person(
    FleetReading reading,
    DescribeOptions options,
    const std::optional<std::filesystem::path>& state_directory,
    int& exit_code) {
    options.agent_program = programs_folder() / "drover-agent";
    options.check_further = check_schedules;
    auto prepared = prepare_reading(std::move(reading), options);
    if (state_directory) {
        add_socket_faults(prepared, *state_directory);
    }
    if (!prepared.faults.empty()) {
        print_faults(prepared.faults);
        const bool is_usage = std::ranges::all_of(
            prepared.faults, [](const Fault& fault) { return is_on_command_line(fault.place); });
        exit_code = is_usage ? exit_usage : exit_failed;
        return std::nullopt;
    }
    return prepared;
}

/// What is described lies in the cache of the state directory, for the droverd there.
DescribeOptions describing_for(const std::filesystem::path& state_directory) {
    DescribeOptions options;
    options.agent_program = programs_folder() / "drover-agent";
    options.cache = state_directory / "cache" / "descriptions";
    options.failures = Failures::keep;
    return options;
}

}  // namespace

std::optional<PreparedFleet> read_running_fleet(const std::filesystem::path& copy,
                                                const std::vector<Override>& overrides,
                                                int& exit_code) {
    const auto json = parse_json(read_file_text(copy).value_or(""));
    const auto sources =
        json ? fleet_sources_from_json(json.value()) : Result<FleetSources>(json.error());
    if (!sources) {
        exit_code = report(sources.error().within(copy.string()));
        return std::nullopt;
    }
    return prepare_for_person(
        read_fleet_text(sources.value(), default_plugin_search(programs_folder()), overrides),
        {},
        std::nullopt,
        exit_code);
}

std::optional<PreparedFleet> read_fleet_file(const std::filesystem::path& file,
                                             const std::vector<Override>& overrides,
                                             int& exit_code) {
    return prepare_for_person(
        read_fleet_config(file, default_plugin_search(programs_folder()), overrides),
        {},
        std::nullopt,
        exit_code);
}

void describe_plugins(const std::filesystem::path& file,
                      const std::filesystem::path& state_directory) {
    (void)read_and_prepare_fleet(
        file, default_plugin_search(programs_folder()), {}, describing_for(state_directory));
}

void describe_plugin(const std::filesystem::path& plugin,
                     const std::filesystem::path& state_directory) {
    (void)describe_in_child(plugin, describing_for(state_directory));
}

std::optional<PreparedFleet> read_fleet_file_to_start(const std::filesystem::path& file,
                                                      const std::filesystem::path& state_directory,
                                                      int& exit_code) {
    return prepare_for_person(read_fleet_config(file, default_plugin_search(programs_folder())),
                              describing_for(state_directory),
                              state_directory,
                              exit_code);
}

}  // namespace drover
