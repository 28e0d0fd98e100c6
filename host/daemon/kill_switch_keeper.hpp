/// Keeps the kill switch one: when its file is removed or replaced under a running fleet, what the
/// new file says is passed on to those that have the old page mapped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "process/kill_switch_page.hpp"

namespace drover {

/// One thread.
class KillSwitchKeeper {
public:
    /// Maps the switch `file` as it is now, if it can be.
    explicit KillSwitchKeeper(std::filesystem::path file);

    /// Looks at the file; call it several times a second. Returns a sentence when another file is
    /// in its place, or none, since the last look.
    std::optional<std::string> look();

private:
    /// Device and inode; nothing where there is no file.
    using Identity = std::optional<std::pair<std::uint64_t, std::uint64_t>>;
    [[nodiscard]] Identity identity() const;
    void map_file();

    std::filesystem::path file_;
    Identity known_;
    /// Every page that a process which may not open the new file may still have mapped.
    std::vector<KillSwitchPage> pages_;
    bool is_one_ = false;  ///< The one page there is is that of the file.
};

}  // namespace drover
