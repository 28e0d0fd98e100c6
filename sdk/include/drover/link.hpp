/// What cuts an agent off from the fleet, as an agent class sees it.
#pragma once

#include <cstdint>
#include <string_view>

#include <drover/extension/link.h>
#include <drover/port.hpp>

namespace drover {

/// The router, or an agent that may publish what a port takes. Valid while the callback runs.
struct Link {
    std::uint32_t port = DROVER_LINK_ROUTER;
    std::string_view publisher;  ///< Empty for the router.

    [[nodiscard]] bool is_router() const { return port == DROVER_LINK_ROUTER; }
    /// Whether what this port takes comes over it.
    template <typename Record>
    [[nodiscard]] bool feeds(const In<Record>& in) const {
        return port == in.index;
    }
};

}  // namespace drover
