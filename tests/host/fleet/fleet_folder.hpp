/// A temporary folder for tests that describe plugins in children.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "fleet/describe.hpp"

namespace drover {

class FleetFolder {
public:
    FleetFolder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "drover-fleet-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    FleetFolder(const FleetFolder&) = delete;
    FleetFolder& operator=(const FleetFolder&) = delete;
    FleetFolder(FleetFolder&&) = delete;
    FleetFolder& operator=(FleetFolder&&) = delete;
    ~FleetFolder() {
        std::error_code error;
        std::filesystem::remove_all(folder_, error);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return folder_; }
    [[nodiscard]] static std::filesystem::path plugin(const std::string& name) {
        return std::filesystem::path(DROVER_TEST_PLUGINS) / (name + ".so");
    }
    /// drover-agent, without a cache.
    [[nodiscard]] static DescribeOptions options() {
        DescribeOptions options;
        options.agent_program = DROVER_AGENT_PROGRAM;
        return options;
    }
    [[nodiscard]] std::filesystem::path write(const std::string& name,
                                              std::string_view text) const {
        std::ofstream(folder_ / name) << text;
        return folder_ / name;
    }

private:
    std::filesystem::path folder_;
};

}  // namespace drover
