/// Read from the page's file; nothing is made or mapped.
#include "command/standing_switch.hpp"

#include <system_error>

#include "base/message_type.hpp"
#include "base/printable_text.hpp"

namespace drover {

std::optional<KillSwitchState> engaged_switch(const std::filesystem::path& state_directory) {
    const auto file = state_directory / "kill_switch";
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored) &&
        !std::filesystem::exists(state_directory / "version", ignored)) {
        return std::nullopt;
    }
    KillSwitchState state = KillSwitchPage::read_file(file);
    return state.engaged ? std::optional(std::move(state)) : std::nullopt;
}

std::string text_of(const KillSwitchState& state) {
    std::string text = "The kill switch is ";
    text += state.engaged ? "ENGAGED" : "released";
    text += state.changed == 0 ? "" : " since " + iso_time(state.changed);
    text += state.who.empty() ? "" : " by " + printable(state.who);
    text += state.reason.empty() ? "" : ": " + printable(state.reason);
    return text;
}

}  // namespace drover
