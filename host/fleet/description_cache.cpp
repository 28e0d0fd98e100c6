#include "fleet/description_cache.hpp"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <string>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

#include <drover/description.h>

#include "base/clock.hpp"
#include "base/file_text.hpp"
#include "base/json_value.hpp"
#include "plugin/library_file.hpp"

namespace drover {
namespace {

/// Raised whenever to_json(LibraryDescription) or what is checked about a library changes.
constexpr int format = 1;
constexpr const char* separator = "@";

/// Removes the entries of a library's earlier builds.
void remove_others(const std::filesystem::path& entry, const std::string& stem) {
    std::error_code error;
    for (std::filesystem::directory_iterator file(entry.parent_path(), error), end;
         !error && file != end;
         file.increment(error)) {
        if (file->path().filename().string().starts_with(stem + separator) &&
            file->path() != entry) {
            std::error_code ignored;
            std::filesystem::remove(file->path(), ignored);
        }
    }
}

/// Where the failure of an entry stands.
std::filesystem::path failed(const std::filesystem::path& entry) {
    return entry.string() + ".failed";
}

}  // namespace

std::optional<std::filesystem::path> DescriptionCache::entry_of(
    const std::filesystem::path& library) const {
    struct stat facts {};
    const auto build_id = build_id_of(library);
    if (!build_id || ::stat(library.c_str(), &facts) != 0) {
        return std::nullopt;
    }
    std::array<char, 128> key{};
    std::snprintf(key.data(),
                  key.size(),
                  "-%jd-%jd.%09ld-abi%" PRIx64 "-%d.json",
                  static_cast<std::intmax_t>(facts.st_size),
                  static_cast<std::intmax_t>(facts.st_mtim.tv_sec),
                  facts.st_mtim.tv_nsec,
                  static_cast<std::uint64_t>(DROVER_ABI_HASH),
                  format);
    return folder_ / (library.stem().string() + separator + build_id.value() + key.data());
}

std::optional<LibraryDescription> DescriptionCache::find(
    const std::filesystem::path& library) const {
    const auto entry = entry_of(library);
    const auto text = entry ? read_file_text(entry.value()) : std::nullopt;
    if (!text) {
        return std::nullopt;
    }
    const auto json = parse_json(*text);
    if (!json) {
        return std::nullopt;
    }
    auto description = library_description_from_json(json.value());
    if (!description) {
        return std::nullopt;
    }
    description.value().file = library.string();
    return std::move(description.value());
}

void DescriptionCache::keep(const std::filesystem::path& library,
                            const LibraryDescription& description) const {
    const auto entry = entry_of(library);
    if (!entry) {
        return;
    }
    write(*entry, to_line(to_json(description)));
    remove_others(*entry, library.stem().string());
}

void DescriptionCache::write(const std::filesystem::path& entry, const std::string& text) const {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    // Written beside and renamed, so that nobody ever reads half an entry.
    const std::filesystem::path unfinished =
        entry.string() + "." + std::to_string(::getpid()) + ".part";
    std::ofstream stream(unfinished);
    stream << text << '\n';
    stream.close();
    if (!stream) {
        std::filesystem::remove(unfinished, error);
        return;
    }
    std::filesystem::rename(unfinished, entry, error);
}

void DescriptionCache::keep_failure(const std::filesystem::path& library,
                                    const Error& failure) const {
    if (const auto entry = entry_of(library)) {
        write(failed(*entry),
              to_line(Json{{"kind", static_cast<int>(failure.kind)},
                           {"message", failure.message},
                           {"time", wall_now()}}));
    }
}

std::optional<Error> DescriptionCache::take_failure(const std::filesystem::path& library) const {
    constexpr std::int64_t longest_kept = 60'000'000'000;
    const auto entry = entry_of(library);
    if (!entry) {
        return std::nullopt;
    }
    const auto json = parse_json(read_file_text(failed(*entry)).value_or(""));
    std::error_code ignored;
    std::filesystem::remove(failed(*entry), ignored);
    if (!json || !json.value().is_object()) {
        return std::nullopt;
    }
    const std::int64_t age = wall_now() - value_or<std::int64_t>(json.value(), "time", 0);
    const auto kind = value_or<int>(json.value(), "kind", -1);
    const auto message = value_or<std::string>(json.value(), "message", "");
    const bool is_sound = age >= 0 && age <= longest_kept && !message.empty() && kind >= 0 &&
                          kind <= static_cast<int>(ErrorKind::timed_out);
    return is_sound ? std::optional(Error{static_cast<ErrorKind>(kind), message}) : std::nullopt;
}

}  // namespace drover
