#include "daemon/switch_signal.hpp"

#include <array>
#include <string>

#include <pwd.h>

#include "base/logging.hpp"
#include "process/kill_switch_page.hpp"

namespace drover {
namespace {

std::string name_of_user(uid_t person) {
    constexpr std::size_t room_size = 4096;
    std::array<char, room_size> room{};
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(person, &entry, room.data(), room.size(), &found);
    return found == nullptr ? "uid " + std::to_string(person) : std::string(found->pw_name);
}

}  // namespace

void engage_by_signal(const std::filesystem::path& file,
                      const char* program,
                      pid_t sender,
                      uid_t person) {
    const std::string who = name_of_user(person);
    const std::string reason =
        std::string("SIGUSR1 was sent to ") + program + " by process " + std::to_string(sender);
    auto page = KillSwitchPage::open(file, false);
    const auto engaged = page ? page.value().write(true, who, reason) : Result<void>(page.error());
    if (engaged) {
        log_warning("The kill switch is engaged by " + who + ": " + reason + ".");
    } else {
        log_error(engaged.error().message + " SIGUSR1 has not engaged the kill switch.");
    }
}

}  // namespace drover
