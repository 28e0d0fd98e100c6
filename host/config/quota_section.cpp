// The map `quota`: how much an agent may publish.
#include "config/scalar.hpp"
#include "config/sections.hpp"

namespace drover {
namespace {

constexpr Nanoseconds shortest_burst = std::chrono::milliseconds(1);
constexpr Nanoseconds longest_burst = std::chrono::hours(1);
constexpr std::uint64_t least_bytes = 1024;
constexpr std::string_view a_second = "/s";

/// "2000/s", or unlimited.
void read_messages(const MapReader& reader, std::optional<std::uint64_t>& target) {
    const YamlEntry* const entry = reader.find("messages");
    if (entry == nullptr) {
        return;
    }
    const bool is_text = entry->value.kind == YamlNode::Kind::scalar;
    if (is_text && entry->value.text == "unlimited") {
        target.reset();
        return;
    }
    if (!is_text) {
        reader.add_fault(entry->place(),
                         "'messages' takes messages a second such as 2000/s, or unlimited, and "
                         "this is " +
                             describe(entry->value) + ".");
        return;
    }
    if (const auto rate = parse_rate(entry->value.text)) {
        target = static_cast<std::uint64_t>(rate.value());
    } else {
        reader.add_fault(entry->place(),
                         "'messages': " + rate.error().message + " Write unlimited for no quota.");
    }
}

/// "10MiB/s"; nothing for anything else.
std::optional<std::uint64_t> bytes_a_second(const std::string& text) {
    if (!text.ends_with(a_second)) {
        return std::nullopt;
    }
    const auto size = parse_size(std::string_view(text).substr(0, text.size() - a_second.size()));
    return size && size.value() >= least_bytes ? std::optional(size.value()) : std::nullopt;
}

void read_bytes(const MapReader& reader, std::optional<std::uint64_t>& target) {
    const YamlEntry* const entry = reader.find("bytes");
    if (entry == nullptr) {
        return;
    }
    const bool is_text = entry->value.kind == YamlNode::Kind::scalar;
    if (is_text && entry->value.text == "unlimited") {
        target.reset();
    } else if (const auto bytes = is_text ? bytes_a_second(entry->value.text) : std::nullopt) {
        target = bytes;
    } else {
        reader.add_fault(entry->place(),
                         "'bytes' takes a size a second from 1KiB/s on, such as 10MiB/s, or "
                         "unlimited, and this is " +
                             describe(entry->value) + ".");
    }
}

}  // namespace

void read_quota(const MapReader& parent, Quota& target) {
    const YamlEntry* const entry = parent.find("quota");
    if (entry == nullptr) {
        return;
    }
    const MapReader reader(
        entry->value, Section::quota, parent.owner() + ": quota", parent.faults());
    read_messages(reader, target.messages);
    read_bytes(reader, target.bytes);
    const std::size_t before = reader.faults().size();
    Nanoseconds burst = target.burst;
    reader.read_duration("burst", burst, shortest_burst);
    if (burst > longest_burst) {
        reader.add_fault(reader.find("burst")->place(),
                         "'burst' is how long an agent may have saved up for what it publishes at "
                         "once: at most 1h, and this is " +
                             reader.find("burst")->value.text + ".");
    } else if (reader.faults().size() == before) {
        target.burst = burst;
    }
}

}  // namespace drover
