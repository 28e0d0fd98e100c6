/// What each method of the control socket takes: docs/control_channel.md shows the same rows.
#pragma once

#include <optional>
#include <string>

#include "base/json.hpp"
#include "daemon/control_server.hpp"

namespace drover {

/// Why a call cannot be understood: there is no such method, it does not take one of the
/// parameters, or one is of another type. Nothing where it can. `params` is an object; one that is
/// null counts as missing.
[[nodiscard]] std::optional<RpcError> fault_in_call(const std::string& method, const Json& params);

}  // namespace drover
