/// Descriptions of plugin libraries on disk, so that an unchanged plugin is described once.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "plugin/library_description.hpp"

namespace drover {

/// A folder of descriptions. What cannot be read or written counts as not there: a cache may only
/// save time.
class DescriptionCache {
public:
    explicit DescriptionCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

    [[nodiscard]] std::optional<LibraryDescription> find(
        const std::filesystem::path& library) const;
    /// Replaces what was kept of earlier builds of a library of this name.
    void keep(const std::filesystem::path& library, const LibraryDescription& description) const;

    /// Why this build of the library could not be described, as was kept at most a minute ago, and
    /// forgets it: who asks again tries again.
    [[nodiscard]] std::optional<Error> take_failure(const std::filesystem::path& library) const;
    void keep_failure(const std::filesystem::path& library, const Error& failure) const;

private:
    /// The entry of a library as it is now; nothing when it cannot be read.
    [[nodiscard]] std::optional<std::filesystem::path> entry_of(
        const std::filesystem::path& library) const;

    void write(const std::filesystem::path& entry, const std::string& text) const;

    std::filesystem::path folder_;
};

}  // namespace drover
