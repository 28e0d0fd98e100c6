#include "command/fleet_file.hpp"

#include <cstdio>

#include "process/programs_folder.hpp"

namespace drover {

void print_faults(const std::vector<Fault>& faults) {
    for (const Fault& fault : faults) {
        std::fprintf(stderr, "%s\n", fault.text().c_str());
    }
}

namespace {

std::optional<PreparedFleet> read(const std::filesystem::path& file,
                                  const std::vector<Override>& overrides,
                                  DescribeOptions options) {
    const auto folder = programs_folder();
    options.agent_program = folder / "drover-agent";
    auto prepared = read_and_prepare_fleet(file, default_plugin_search(folder), overrides, options);
    if (!prepared.faults.empty()) {
        print_faults(prepared.faults);
        return std::nullopt;
    }
    return prepared;
}

}  // namespace

std::optional<PreparedFleet> read_fleet_file(const std::filesystem::path& file,
                                             const std::vector<Override>& overrides) {
    return read(file, overrides, {});
}

void describe_plugins(const std::filesystem::path& file,
                      const std::filesystem::path& state_directory) {
    const auto folder = programs_folder();
    DescribeOptions options;
    options.agent_program = folder / "drover-agent";
    options.cache = state_directory / "cache" / "descriptions";
    options.failures = Failures::keep;
    (void)read_and_prepare_fleet(file, default_plugin_search(folder), {}, options);
}

std::optional<PreparedFleet> read_fleet_file_to_start(
    const std::filesystem::path& file, const std::filesystem::path& state_directory) {
    DescribeOptions options;
    options.cache = state_directory / "cache" / "descriptions";
    options.failures = Failures::keep;
    return read(file, {}, options);
}

}  // namespace drover
