#include "command/person.hpp"

#include <array>

#include <pwd.h>
#include <unistd.h>

namespace drover {

std::string person_name() {
    constexpr std::size_t room_size = 4096;
    std::array<char, room_size> room{};
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(::getuid(), &entry, room.data(), room.size(), &found);
    return found == nullptr ? "uid " + std::to_string(::getuid()) : std::string(found->pw_name);
}

std::string wished_by(const std::string& command) {
    return person_name() + " with 'drover " + command + "'";
}

}  // namespace drover
