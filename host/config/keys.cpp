#include "config/keys.hpp"

#include <vector>

namespace drover {

std::span<const std::string> known_keys(Section section) {
    static const std::vector<std::string> fleet{"version",
                                                "name",
                                                "clock",
                                                "watch",
                                                "on_supervisor_death",
                                                "defaults",
                                                "shutdown",
                                                "log",
                                                "topics",
                                                "agents"};
    static const std::vector<std::string> clock{"replay"};
    static const std::vector<std::string> defaults{"restart",
                                                   "success_exit_codes",
                                                   "backoff",
                                                   "restart_limit",
                                                   "heartbeat",
                                                   "on_hang",
                                                   "shutdown",
                                                   "log",
                                                   "limits",
                                                   "quota",
                                                   "standby"};
    static const std::vector<std::string> backoff{
        "initial", "factor", "max", "jitter", "reset_after"};
    static const std::vector<std::string> restart_limit{
        "max_restarts", "window", "then", "cooldown"};
    static const std::vector<std::string> heartbeat{"timeout", "grace"};
    static const std::vector<std::string> shutdown{"timeout"};
    static const std::vector<std::string> log{"max_size", "max_files", "rate"};
    static const std::vector<std::string> durable_log{"segment_size", "max_size"};
    static const std::vector<std::string> limits{"memory",
                                                 "cpu",
                                                 "processes",
                                                 "open_files",
                                                 "core",
                                                 "address_space",
                                                 "file_size",
                                                 "locked_memory",
                                                 "nice",
                                                 "cpus"};
    static const std::vector<std::string> quota{"messages", "bytes", "burst"};
    static const std::vector<std::string> sandbox{"network", "read", "write"};
    static const std::vector<std::string> topic_rule{
        "delivery", "gated", "publishers", "subscribers", "receivers"};
    static const std::vector<std::string> agent{"plugin",        "agent",
                                                "depends_on",    "config",
                                                "enabled",       "observer",
                                                "simulate",      "grants",
                                                "env_file",      "secrets",
                                                "sandbox",       "user",
                                                "restart",       "success_exit_codes",
                                                "restart_group", "schedule",
                                                "replicas",      "distribution",
                                                "backoff",       "restart_limit",
                                                "heartbeat",     "on_hang",
                                                "shutdown",      "log",
                                                "limits",        "quota",
                                                "standby"};
    static const std::vector<std::string> dependency{"condition", "restart", "on_down", "pattern"};
    static const std::vector<std::string> distribution{"by_key"};
    static const std::vector<std::string> schedule{"calendar",
                                                   "session",
                                                   "lead_in",
                                                   "lead_out",
                                                   "start",
                                                   "stop",
                                                   "cron",
                                                   "timezone",
                                                   "run_on_start"};
    switch (section) {
        case Section::fleet:
            return fleet;
        case Section::clock:
            return clock;
        case Section::defaults:
            return defaults;
        case Section::backoff:
            return backoff;
        case Section::restart_limit:
            return restart_limit;
        case Section::heartbeat:
            return heartbeat;
        case Section::shutdown:
            return shutdown;
        case Section::log:
            return log;
        case Section::durable_log:
            return durable_log;
        case Section::limits:
            return limits;
        case Section::quota:
            return quota;
        case Section::sandbox:
            return sandbox;
        case Section::topic_rule:
            return topic_rule;
        case Section::agent:
            return agent;
        case Section::dependency:
            return dependency;
        case Section::schedule:
            return schedule;
        case Section::distribution:
            return distribution;
    }
    return {};
}

std::span<const std::string> plugin_keys(Section section) {
    static const std::vector<std::string> agent{"on_link_lost"};
    return section == Section::agent ? std::span<const std::string>(agent)
                                     : std::span<const std::string>();
}

std::span<const std::string> later_keys(Section section) {
    static const std::vector<std::string> fleet{"metrics"};
    static const std::vector<std::string> agent{"partition"};
    static const std::vector<std::string> topic_rule{"max_bytes", "queue", "window"};
    switch (section) {
        case Section::fleet:
            return fleet;
        case Section::agent:
            return agent;
        case Section::topic_rule:
            return topic_rule;
        default:
            return {};
    }
}

}  // namespace drover
