/// A user of this machine, by name.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/result.hpp"

namespace drover {

struct SystemUser {
    std::string name;
    uid_t user = 0;
    gid_t group = 0;              ///< The one of the user's entry.
    std::vector<gid_t> groups{};  ///< All that the user belongs to, `group` included.
    std::filesystem::path home{};

    friend bool operator==(const SystemUser&, const SystemUser&) = default;
};

/// Looks in the system's list of users. Fails with `not_found` and a sentence.
[[nodiscard]] Result<SystemUser> find_system_user(const std::string& name);

/// "nobody", or "user 4711" for one without a name.
[[nodiscard]] std::string user_text(uid_t user);

}  // namespace drover
