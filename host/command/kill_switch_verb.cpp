#include "command/kill_switch_verb.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <unistd.h>

#include "base/json_value.hpp"
#include "base/kept_folder.hpp"
#include "base/message_type.hpp"
#include "base/printable_text.hpp"
#include "command/exit_code.hpp"
#include "command/person.hpp"
#include "command/standing_switch.hpp"
#include "process/kill_switch_page.hpp"

namespace drover {
namespace {

void print(const KillSwitchState& state, bool as_json) {
    const std::string since = state.changed == 0 ? "" : iso_time(state.changed);
    if (as_json) {
        const Json json = {{"engaged", state.engaged},
                           {"revision", state.revision},
                           {"since", since.empty() ? Json(nullptr) : Json(since)},
                           {"who", state.who.empty() ? Json(nullptr) : Json(state.who)},
                           {"reason", state.reason.empty() ? Json(nullptr) : Json(state.reason)}};
        std::printf("%s\n", to_line(json).c_str());
        return;
    }
    std::printf("%s\n", text_of(state).c_str());
    if (state.engaged) {
        std::puts("Gated topics (new orders) do not pass. Cancels, fills and positions do.");
    }
}

}  // namespace

int run_kill_switch(const KillSwitchOptions& options) {
    const auto file = options.state_directory / "kill_switch";
    if (options.wish == KillSwitchWish::status) {
        std::error_code closed;
        // Where a fleet was, a switch that is gone is engaged; reading it says so.
        if (!std::filesystem::exists(file, closed) && !closed &&
            !std::filesystem::exists(options.state_directory / "version", closed)) {
            return report({ErrorKind::not_found,
                           "There is no kill switch in '" + options.state_directory.string() +
                               "': no fleet was started there yet."});
        }
        if (::access(file.c_str(), R_OK) != 0 && errno != ENOENT) {
            return report({ErrorKind::invalid,
                           "The kill switch " + file.string() +
                               " cannot be read: " + std::strerror(errno) +
                               ". How it stands is not known; for an agent that cannot read it, it "
                               "counts as engaged."});
        }
        print(KillSwitchPage::read_file(file), options.as_json);
        return exit_ok;
    }
    const bool engage = options.wish == KillSwitchWish::engage;
    std::error_code failure;
    const bool is_first = !std::filesystem::exists(file, failure) && !failure;
    // What could not be made is told by the page, which cannot be opened then.
    static_cast<void>(make_kept_folders(options.state_directory));
    auto page = KillSwitchPage::open(file, true);
    if (!page) {
        return report({ErrorKind::invalid, page.error().message});
    }
    if (auto written = page.value().write(engage, person_name(), options.reason); !written) {
        return report({ErrorKind::invalid, written.error().message});
    }
    print(KillSwitchPage::read_file(file), options.as_json);
    if (is_first) {
        (void)std::fprintf(
            stderr,
            "warning: there was no kill switch in '%s'. It was made and counts for a "
            "fleet with this state directory; name another with --state-dir.\n",
            printable(options.state_directory.string()).c_str());
    }
    return exit_ok;
}

}  // namespace drover
