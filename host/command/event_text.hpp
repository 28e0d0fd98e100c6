/// One event as a line for people.
#pragma once

#include <cstddef>
#include <string>

#include "events/fleet_event.hpp"

namespace drover {

/// How lines are laid out; columns grow with what was seen, so that lines that follow stay aligned.
class EventText {
public:
    explicit EventText(bool in_colour) : in_colour_(in_colour) {}

    /// Makes room for an event that will be shown.
    void note(const FleetEvent& event);
    /// "2026-11-26T23:50:01.123Z  risk  running -> stopping  killed by SIGKILL after 4.1 s (…)"
    [[nodiscard]] std::string line(const FleetEvent& event);

private:
    std::size_t agent_width_ = 8;
    std::size_t what_width_ = 24;
    bool in_colour_;
};

}  // namespace drover
