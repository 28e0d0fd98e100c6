/// The agents.yaml files that a fleet ran with: the last ten, to return to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace drover {

/// One file that was applied, by `up` or `apply`.
struct AppliedFile {
    std::uint64_t number = 0;    ///< From 1, over all runs; none is given twice.
    std::filesystem::path file;  ///< Where it stood: its relative paths begin there.
    std::int64_t time = 0;       ///< Wall ns.
    std::string by;              ///< Who, with which command.
};

/// STATE/applied: `index.json` and one copy a file. One thread.
class AppliedFiles {
public:
    static constexpr std::size_t most = 10;

    /// Reads the index of `folder`; a missing one is empty. Fails with `invalid` when it cannot be
    /// understood.
    [[nodiscard]] static Result<AppliedFiles> open(const std::filesystem::path& folder);

    /// Keeps `text` as the newest one and drops what is older than the last ten. What is the newest
    /// already, at the same place, is not kept twice.
    [[nodiscard]] Result<void> keep(const std::filesystem::path& file,
                                    const std::string& text,
                                    const std::string& by);

    /// Oldest first; the last one is what the fleet runs with.
    [[nodiscard]] const std::vector<AppliedFile>& files() const { return files_; }
    /// The one `back` files before the newest. Fails with `not_found` and how many there are.
    [[nodiscard]] Result<AppliedFile> before_newest(std::size_t back) const;
    [[nodiscard]] Result<std::string> text_of(const AppliedFile& applied) const;

private:
    explicit AppliedFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
    [[nodiscard]] std::filesystem::path copy_of(std::uint64_t number) const;
    [[nodiscard]] Result<void> save(const std::vector<AppliedFile>& files) const;

    std::filesystem::path folder_;
    std::vector<AppliedFile> files_;
};

}  // namespace drover
