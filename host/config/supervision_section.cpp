#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

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
    const YamlEntry* const longest_wait = reader.find("max");
    const YamlEntry* const initial = reader.find("initial");
    const YamlEntry* const blamed = longest_wait != nullptr ? longest_wait : initial;
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
                                          {"cooldown", AfterLimit::cooldown},
                                          {"restart_group", AfterLimit::restart_group},
                                          {"shutdown", AfterLimit::shutdown}};
    reader.read_word("then", target.then, words);
    reader.read_duration("cooldown", target.cooldown, shortest);
}

/// Nothing for what is no exit code; 0 to 255, as the kernel tells them.
std::optional<int> exit_code_of(const YamlNode& node) {
    constexpr std::size_t most_digits = 3;
    constexpr int largest_exit_code = 255;
    const bool is_digits = node.kind == YamlNode::Kind::scalar && !node.text.empty() &&
                           node.text.size() <= most_digits &&
                           std::ranges::all_of(node.text, [](unsigned char letter) {
                               return std::isdigit(letter) != 0;
                           });
    const int code = is_digits ? std::stoi(node.text) : -1;
    return code >= 0 && code <= largest_exit_code ? std::optional(code) : std::nullopt;
}

void read_success_exit_codes(const MapReader& reader, std::vector<int>& target) {
    const YamlEntry* const entry = reader.find("success_exit_codes");
    if (entry == nullptr) {
        return;
    }
    if (entry->value.kind != YamlNode::Kind::list) {
        reader.add_fault(entry->place(),
                         "'success_exit_codes' takes a list such as [3, 75], and this is " +
                             describe(entry->value) + ".");
        return;
    }
    std::vector<int> codes;
    for (const YamlNode& item : entry->value.items) {
        const auto code = exit_code_of(item);
        if (!code) {
            reader.add_fault(item.place,
                             "'success_exit_codes' takes whole numbers from 0 to 255, and this "
                             "is " +
                                 describe(item) + ".");
        } else if (std::ranges::find(codes, *code) != codes.end()) {
            reader.add_fault(item.place, "'success_exit_codes' names " + item.text + " twice.");
        } else {
            codes.push_back(*code);
        }
    }
    target = std::move(codes);
}

}  // namespace

void read_supervision(const MapReader& reader, SupervisionConfig& target) {
    constexpr Word<RestartMode> words[] = {{"no", RestartMode::no},
                                           {"always", RestartMode::always},
                                           {"on_failure", RestartMode::on_failure},
                                           {"unless_stopped", RestartMode::unless_stopped}};
    reader.read_word("restart", target.restart, words);
    read_success_exit_codes(reader, target.success_exit_codes);
    read_backoff(reader, target.backoff);
    read_restart_limit(reader, target.restart_limit);

    const MapReader heartbeat(value_of(reader, "heartbeat"),
                              Section::heartbeat,
                              owner_of(reader, "heartbeat"),
                              reader.faults());
    heartbeat.read_duration("timeout", target.heartbeat.timeout, shortest);
    heartbeat.read_duration("grace", target.heartbeat.grace, shortest);
    constexpr Word<OnHang> reactions[] = {
        {"abort", OnHang::abort}, {"kill", OnHang::kill}, {"report", OnHang::report}};
    reader.read_word("on_hang", target.on_hang, reactions);

    const MapReader shutdown(value_of(reader, "shutdown"),
                             Section::shutdown,
                             owner_of(reader, "shutdown"),
                             reader.faults());
    shutdown.read_duration("timeout", target.shutdown_timeout, Nanoseconds::zero());
    read_log(reader, target.log);
    read_limits(reader, target.limits);
    read_quota(reader, target.quota);

    constexpr Word<Standby> standbys[] = {
        {"none", Standby::none}, {"zygote", Standby::zygote}, {"spare", Standby::spare}};
    reader.read_word("standby", target.standby, standbys);
}

}  // namespace drover
