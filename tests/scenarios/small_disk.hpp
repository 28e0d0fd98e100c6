/// A file system of a few mebibytes, seen only by this process and those it starts, that a test can
/// fill.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace drover::scenarios {

/// Mounted for the object's life in a mount namespace of the test's own: as root, or in a user
/// namespace where the system allows that.
class SmallDisk {
public:
    /// Makes `folder`, and mounts a file system of `bytes` there. See `why_not`.
    SmallDisk(std::filesystem::path folder, std::size_t bytes);
    ~SmallDisk();
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    /// A sentence: it could not be mounted. Empty: it is.
    [[nodiscard]] const std::string& why_not() const { return why_not_; }

    /// Takes all room but `rest` bytes.
    void fill(std::size_t rest = 0) const;
    /// Gives back what `fill` took.
    void free() const;

private:
    [[nodiscard]] std::filesystem::path filler() const { return folder_ / "filler"; }

    std::filesystem::path folder_;
    std::string why_not_;
};

}  // namespace drover::scenarios
