#include "base/system_user.hpp"

#include <cerrno>
#include <cstring>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace drover {
namespace {

/// So long may an entry be, its strings included.
constexpr std::size_t longest_entry = std::size_t{1} << 16U;

std::vector<gid_t> groups_of(const passwd& entry) {
    std::vector<gid_t> groups(64);
    int count = static_cast<int>(groups.size());
    while (::getgrouplist(entry.pw_name, entry.pw_gid, groups.data(), &count) < 0 &&
           static_cast<std::size_t>(count) > groups.size()) {
        groups.resize(static_cast<std::size_t>(count));
    }
    groups.resize(static_cast<std::size_t>(count));
    return groups;
}

}  // namespace

Result<SystemUser> find_system_user(const std::string& name) {
    std::vector<char> strings(longest_entry);
    passwd entry{};
    passwd* found = nullptr;
    const int fault = ::getpwnam_r(name.c_str(), &entry, strings.data(), strings.size(), &found);
    if (found == nullptr) {
        const std::string why = fault == 0 ? "" : std::string(": ") + std::strerror(fault);
        return Error{ErrorKind::not_found,
                     "There is no user '" + name + "' on this machine" + why + "."};
    }
    return SystemUser{name, entry.pw_uid, entry.pw_gid, groups_of(entry), entry.pw_dir};
}

std::string user_text(uid_t user) {
    std::vector<char> strings(longest_entry);
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(user, &entry, strings.data(), strings.size(), &found);
    return found == nullptr ? "user " + std::to_string(user) : std::string(entry.pw_name);
}

}  // namespace drover
