#include "command/watched_replay.hpp"

#include "base/json_value.hpp"
#include "supervisor/reasons.hpp"

namespace drover {

void WatchedReplay::take(const Json& told) {
    agents_[value_or<std::uint32_t>(told, "handle", 0)] =
        "agent '" + value_or<std::string>(told, "agent", "") + "' (life " +
        std::to_string(value_or<std::uint32_t>(told, "life", 0)) + ", plugin " +
        value_or<std::string>(told, "plugin", "") + ")";
}

std::string WatchedReplay::agent_text() const {
    const auto found = agents_.find(watch_.agent());
    return found == agents_.end() ? "" : found->second;
}

std::optional<std::string> WatchedReplay::look(Monotonic now, pid_t child) {
    const auto took = watch_.look(now, child);
    const std::string busy = agent_text();
    if (!took || *took < longest_callback || busy.empty() || watch_.is_extended(now)) {
        return std::nullopt;
    }
    return "The replay was ended, because " + busy + " had been in " +
           std::string(text_of(watch_.callback())) + " for " + duration_text(*took) +
           " and did not come back.";
}

std::string WatchedReplay::last_place() const {
    const std::string last = agent_text();
    return last.empty() ? ""
                        : " while " + last + " was in " + std::string(text_of(watch_.callback())) +
                              watch_.fault_text();
}

}  // namespace drover
