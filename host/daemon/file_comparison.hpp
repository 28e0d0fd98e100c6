/// Whether agents.yaml still says what the fleet runs with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/applied_files.hpp"

namespace drover {

/// How the fleet's file, with its overlay, stands to the copy that was applied last.
enum class FileStanding {
    applied,  ///< It says the same.
    differs,  ///< It was changed since, or the fleet has returned to an earlier copy.
    missing   ///< It cannot be read.
};

/// The words of `drover status -o json`.
[[nodiscard]] std::string_view text_of(FileStanding standing);

/// One thread.
class FileComparison {
public:
    /// `applied` must outlive it.
    explicit FileComparison(const AppliedFiles& applied) : applied_(applied) {}

    /// Reads the file only when its time, size or place, or what was applied, has changed. Nothing
    /// before a file was applied.
    [[nodiscard]] std::optional<FileStanding> standing();
    /// What the fleet runs with; nothing before a file was applied.
    [[nodiscard]] std::optional<AppliedFile> in_use() const;
    /// A sentence for a person where they are not the same.
    [[nodiscard]] std::optional<std::string> sentence();

private:
    const AppliedFiles& applied_;
    std::string looked_at_;  ///< What `known_` belongs to.
    FileStanding known_ = FileStanding::applied;
};

}  // namespace drover
