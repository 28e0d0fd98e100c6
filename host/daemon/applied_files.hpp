/// The agents.yaml files that a fleet ran with: the last ten, to return to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/fleet_sources.hpp"

namespace drover {

/// One file that was applied, by `up` or `apply`.
struct AppliedFile {
    std::uint64_t number = 0;    ///< From 1, over all runs; none is given twice.
    std::filesystem::path file;  ///< Where it stood: its relative paths begin there.
    std::int64_t time = 0;       ///< Wall ns.
    std::string by;              ///< Who, with which command.
    std::string environment{};   ///< Whose overlay was merged over it; empty: none.
    bool is_rollback = false;    ///< It had been applied before.
};

/// STATE/applied: `index.json`, one copy a file, another one of its overlay, and `running.json`,
/// all that the fleet runs with, for who reads while droverd writes. One thread.
class AppliedFiles {
public:
    static constexpr std::size_t most = 10;

    /// Reads the index of `folder`; a missing one is empty. Fails with `invalid` when it cannot be
    /// understood.
    [[nodiscard]] static Result<AppliedFiles> open(const std::filesystem::path& folder);

    /// Keeps the texts as the newest ones and drops what is older than the last ten. What is the
    /// newest already, at the same place, is not kept twice.
    [[nodiscard]] Result<void> keep(const FleetSources& sources,
                                    const std::string& by,
                                    bool is_rollback = false);

    /// Oldest first; the last one is what the fleet runs with.
    [[nodiscard]] const std::vector<AppliedFile>& files() const { return files_; }
    /// The one `back` files before the newest. Fails with `not_found` and how many there are.
    [[nodiscard]] Result<AppliedFile> before_newest(std::size_t back) const;
    [[nodiscard]] Result<FleetSources> sources_of(const AppliedFile& applied) const;

private:
    explicit AppliedFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
    [[nodiscard]] std::filesystem::path copy_of(std::uint64_t number) const;
    [[nodiscard]] std::filesystem::path overlay_copy_of(std::uint64_t number) const;
    [[nodiscard]] Result<void> save(const std::vector<AppliedFile>& files) const;

    std::filesystem::path folder_;
    std::vector<AppliedFile> files_;
};

}  // namespace drover
