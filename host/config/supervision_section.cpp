#include "config/sections.hpp"

namespace drover {
namespace {

constexpr Nanoseconds shortest = std::chrono::milliseconds(1);
constexpr double largest_factor = 1000;
constexpr int largest_restarts = 1'000'000;

const YamlNode& value_of(const MapReader& reader, std::string_view key) {
    static const YamlNode nothing;
    const YamlEntry* const entry = reader.find(key);
    return entry == nullptr ? nothing : entry->value;
}

std::string owner_of(const MapReader& reader, const std::string& key) {
    return reader.owner() + ": " + key;
}

void read_backoff(const MapReader& parent, Backoff& target) {
    const MapReader reader(value_of(parent, "backoff"),
                           Section::backoff,
                           owner_of(parent, "backoff"),
                           parent.faults());
    reader.read_duration("initial", target.initial, Nanoseconds::zero());
    reader.read_number("factor", target.factor, 1, largest_factor);
    reader.read_duration("max", target.longest, Nanoseconds::zero());
    reader.read_number("jitter", target.jitter, 0, 1);
    reader.read_duration("reset_after", target.reset_after, Nanoseconds::zero());
    const YamlEntry* const longest = reader.find("max");
    const YamlEntry* const initial = reader.find("initial");
    const YamlEntry* const blamed = longest != nullptr ? longest : initial;
    if (target.longest < target.initial && blamed != nullptr) {
        reader.add_fault(blamed->place(),
                         "'max', the longest wait, is shorter than 'initial', the first one.");
    }
}

void read_restart_limit(const MapReader& parent, RestartLimit& target) {
    const MapReader reader(value_of(parent, "restart_limit"),
                           Section::restart_limit,
                           owner_of(parent, "restart_limit"),
                           parent.faults());
    reader.read_integer("max_restarts", target.max_restarts, 0, largest_restarts);
    reader.read_duration("window", target.window, shortest);
    constexpr Word<AfterLimit> words[] = {{"fail", AfterLimit::fail},
                                          {"cooldown", AfterLimit::cooldown}};
    reader.read_word("then", target.then, words, {"restart_group", "shutdown"});
    reader.read_duration("cooldown", target.cooldown, shortest);
}

}  // namespace

void read_supervision(const MapReader& reader, SupervisionConfig& target) {
    constexpr Word<RestartMode> words[] = {{"no", RestartMode::no},
                                           {"always", RestartMode::always},
                                           {"on_failure", RestartMode::on_failure},
                                           {"unless_stopped", RestartMode::unless_stopped}};
    reader.read_word("restart", target.restart, words);
    read_backoff(reader, target.backoff);
    read_restart_limit(reader, target.restart_limit);

    const MapReader heartbeat(value_of(reader, "heartbeat"),
                              Section::heartbeat,
                              owner_of(reader, "heartbeat"),
                              reader.faults());
    heartbeat.read_duration("timeout", target.heartbeat.timeout, shortest);
    heartbeat.read_duration("grace", target.heartbeat.grace, shortest);

    const MapReader shutdown(value_of(reader, "shutdown"),
                             Section::shutdown,
                             owner_of(reader, "shutdown"),
                             reader.faults());
    shutdown.read_duration("timeout", target.shutdown_timeout, Nanoseconds::zero());
    read_log(reader, target.log);
}

}  // namespace drover
