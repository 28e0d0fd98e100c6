/// `drover-agent --simulate`: the child of `drover backtest`. It reads the fleet as one JSON line
/// on descriptor 3, runs it, and writes one JSON line back.
#pragma once

#include <functional>
#include <string>

#include "base/json.hpp"
#include "process/status_page.hpp"

namespace drover {

/// Takes a line of progress: {"progress": {"instants","deliveries","events","began","time" (both of
/// the fleet, ns since the epoch),"seconds"}}.
using ProgressTeller = std::function<void(const Json&)>;

/// The request: {"file","fleet","replay_clock","rules":[…],"agents":[{"name","plugin","agent",
/// "config" (JSON text),"grants","included","left_out"}],"hash" (true),"profile" (false),"progress"
/// (whether to tell it),"events" (the path of a file for them, or null)}. The answer: {"summary":
/// JSON text or null, "host": {"events","messages","event_log_hash" (null without
/// hash),"seconds","left_out", "profile" (where asked for)},"error": null or a
/// sentence,"warnings":[…]}.
///
/// `page` is lent, for who watches from outside: it says which callback of whom runs, by the
/// agent's place among those that take part, from 1. Null: nobody does.
[[nodiscard]] Json simulate(const Json& request,
                            const ProgressTeller& tell = {},
                            StatusPageLayout* page = nullptr);

/// Serves one request on descriptor 3, with a status page as descriptor 4 where there is one.
/// Returns the exit code: 0, or 1 when the answer is an error.
[[nodiscard]] int run_simulation_child();

}  // namespace drover
