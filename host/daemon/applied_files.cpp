/// Copies first, then the index, so that the index names only what is there.
#include "daemon/applied_files.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/clock.hpp"
#include "base/file_text.hpp"
#include "base/json_value.hpp"
#include "base/kept_folder.hpp"
#include "daemon/state_directory.hpp"

namespace drover {
namespace {

Error unreadable(const std::filesystem::path& file) {
    return {ErrorKind::invalid,
            "The list of applied files " + file.string() +
                " cannot be read or understood. Move the folder away to begin a new one."};
}

}  // namespace

Result<AppliedFiles> AppliedFiles::open(const std::filesystem::path& folder) {
    AppliedFiles applied(folder);
    const std::filesystem::path index = folder / "index.json";
    const auto text = read_file_text(index);
    if (!text && errno == ENOENT) {
        return applied;
    }
    if (!text) {
        return unreadable(index);
    }
    const auto json = parse_json(*text);
    if (!json || !json.value().is_array()) {
        return unreadable(index);
    }
    for (const Json& entry : json.value()) {
        if (!entry.is_object() || value_or<std::uint64_t>(entry, "number", 0) == 0) {
            return unreadable(index);
        }
        applied.files_.push_back({value_or<std::uint64_t>(entry, "number", 0),
                                  value_or<std::string>(entry, "file", ""),
                                  value_or<std::int64_t>(entry, "time_ns", 0),
                                  value_or<std::string>(entry, "by", ""),
                                  value_or<std::string>(entry, "environment", ""),
                                  value_or(entry, "rollback", false)});
    }
    return applied;
}

std::filesystem::path AppliedFiles::copy_of(std::uint64_t number) const {
    return folder_ / (std::to_string(number) + ".yaml");
}

std::filesystem::path AppliedFiles::overlay_copy_of(std::uint64_t number) const {
    return folder_ / (std::to_string(number) + ".overlay.yaml");
}

Result<void> AppliedFiles::save(const std::vector<AppliedFile>& files) const {
    Json index = Json::array();
    for (const AppliedFile& applied : files) {
        index.push_back({{"number", applied.number},
                         {"file", applied.file.string()},
                         {"time_ns", applied.time},
                         {"by", applied.by},
                         {"environment", applied.environment},
                         {"rollback", applied.is_rollback}});
    }
    return replace_file(folder_ / "index.json", to_line(index) + "\n");
}

Result<void> AppliedFiles::keep(const FleetSources& sources,
                                const std::string& by,
                                bool is_rollback) {
    if (const auto fault = make_kept_folders(folder_)) {
        return Error{
            ErrorKind::unavailable,
            "The folder " + folder_.string() + " cannot be made: " + fault.message() + "."};
    }
    const std::string running = to_line(to_json(sources)) + "\n";
    if (read_file_text(folder_ / "running.json") != running) {
        if (const auto written = replace_file(folder_ / "running.json", running); !written) {
            return written;
        }
    }
    if (!files_.empty()) {
        const auto newest = sources_of(files_.back());
        if (newest && newest.value() == sources) {
            return success();
        }
    }
    std::vector<AppliedFile> next = files_;
    const std::uint64_t number = next.empty() ? 1 : next.back().number + 1;
    next.push_back({number, sources.file, wall_now(), by, sources.environment, is_rollback});
    if (const auto written = replace_file(copy_of(number), sources.text); !written) {
        return written;
    }
    if (sources.overlay) {
        if (const auto written = replace_file(overlay_copy_of(number), *sources.overlay);
            !written) {
            return written;
        }
    }
    while (next.size() > most) {
        std::error_code ignored;
        std::filesystem::remove(copy_of(next.front().number), ignored);
        std::filesystem::remove(overlay_copy_of(next.front().number), ignored);
        next.erase(next.begin());
    }
    if (const auto saved = save(next); !saved) {
        return saved;
    }
    files_ = std::move(next);
    return success();
}

Result<AppliedFile> AppliedFiles::before_newest(std::size_t back) const {
    if (back >= files_.size()) {
        const std::size_t earlier = files_.empty() ? 0 : files_.size() - 1;
        return Error{ErrorKind::not_found,
                     "There is no file " + std::to_string(back) + " before the one in use; " +
                         std::to_string(earlier) + " earlier " +
                         (earlier == 1 ? "one is" : "ones are") +
                         " kept. 'drover apply --list' shows them."};
    }
    return files_[files_.size() - 1 - back];
}

Result<FleetSources> AppliedFiles::sources_of(const AppliedFile& applied) const {
    auto text = read_file_text(copy_of(applied.number));
    if (!text) {
        return Error{ErrorKind::unavailable,
                     "The kept file " + copy_of(applied.number).string() + " cannot be read."};
    }
    FleetSources sources{applied.file, std::move(*text), applied.environment, {}};
    if (!applied.environment.empty()) {
        sources.overlay = read_file_text(overlay_copy_of(applied.number));
    }
    return sources;
}

}  // namespace drover
