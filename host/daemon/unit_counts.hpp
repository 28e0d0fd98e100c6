/// What the process of a unit counts on its status page, as `drover status` tells it.
#pragma once

#include "base/json.hpp"
#include "process/status_page.hpp"

namespace drover {

/// Sets the counters in the document of a unit: `messages_in`, `messages_out`, `lost`, `lost_by`
/// (of the router; null of an agent, which sees only that messages are missing), `refused`,
/// `refused_by`, `replaced`, `voided`, `malformed`.
void set_counts(Json& unit, const StatusPageLayout& page, bool is_router);

/// The same keys with null: the unit has no process.
void set_no_counts(Json& unit);

}  // namespace drover
