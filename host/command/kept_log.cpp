#include "command/kept_log.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "durable_log/segment_file.hpp"
#include "process/state_version.hpp"

namespace drover {
namespace {

std::filesystem::path log_folder(const std::filesystem::path& state_directory) {
    return state_directory / "router" / "log";
}

}  // namespace

Result<std::optional<KeptLog>> find_kept_log(const std::filesystem::path& state_directory) {
    if (auto usable = check_state_version(state_directory); !usable) {
        return usable.error();
    }
    KeptLog log;
    log.folder = log_folder(state_directory);
    const auto segments = list_segments(log.folder);
    if (!segments) {
        return segments.error();
    }
    if (segments.value().empty()) {
        return std::optional<KeptLog>();
    }
    const auto file = state_directory / "router" / "names.json";
    std::ifstream stream(file);
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    if (!text.empty()) {
        if (auto added = log.names.add(text); !added) {
            return added.error().within(file.string());
        }
    }
    return std::optional(std::move(log));
}

Error no_kept_log(const std::filesystem::path& state_directory) {
    return {ErrorKind::not_found,
            "There is no durable log in '" + log_folder(state_directory).string() +
                "': no fleet with durable topics was started there yet."};
}

}  // namespace drover
