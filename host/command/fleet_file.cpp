#include "command/fleet_file.hpp"

#include <cstdio>

#include "process/programs_folder.hpp"

namespace drover {

void print_faults(const std::vector<Fault>& faults) {
    for (const Fault& fault : faults) {
        std::fprintf(stderr, "%s\n", fault.text().c_str());
    }
}

std::optional<PreparedFleet> read_fleet_file(const std::filesystem::path& file,
                                             const std::vector<Override>& overrides) {
    const auto folder = programs_folder();
    DescribeOptions options;
    options.agent_program = folder / "drover-agent";
    auto prepared = read_and_prepare_fleet(file, default_plugin_search(folder), overrides, options);
    if (!prepared.faults.empty()) {
        print_faults(prepared.faults);
        return std::nullopt;
    }
    return prepared;
}

}  // namespace drover
