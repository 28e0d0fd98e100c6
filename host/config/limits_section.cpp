// The map `limits`: how much an agent may use.
#include <algorithm>
#include <charconv>

#include <unistd.h>

#include "config/scalar.hpp"
#include "config/sections.hpp"

namespace drover {
namespace {

constexpr std::uint64_t least_memory = std::uint64_t{16} << 20U;
constexpr std::uint64_t least_address_space = std::uint64_t{128} << 20U;
constexpr std::uint64_t least_file = std::uint64_t{64} << 10U;
constexpr int least_open_files = 32;
constexpr int least_processes = 8;
constexpr int most_of_a_count = 1'000'000;
constexpr int most_cpu_percent = 102'400;

bool is_word(const MapReader& reader, std::string_view key, std::string_view word) {
    const YamlEntry* const entry = reader.find(key);
    return entry != nullptr && entry->value.kind == YamlNode::Kind::scalar &&
           entry->value.text == word;
}

/// A size, or `unlimited`.
void read_limit_size(const MapReader& reader,
                     std::string_view key,
                     std::optional<std::uint64_t>& target,
                     std::uint64_t least,
                     std::optional<std::uint64_t> unlimited) {
    if (reader.find(key) == nullptr) {
        return;
    }
    if (is_word(reader, key, "unlimited")) {
        target = unlimited;
        return;
    }
    const std::size_t before = reader.faults().size();
    std::uint64_t size = 0;
    reader.read_size(key, size, least);
    if (reader.faults().size() == before) {
        target = size;
    }
}

/// A whole number, or `unlimited`.
template <typename Number>
void read_limit_count(const MapReader& reader,
                      std::string_view key,
                      std::optional<Number>& target,
                      int least,
                      std::optional<Number> unlimited) {
    if (reader.find(key) == nullptr) {
        return;
    }
    if (is_word(reader, key, "unlimited")) {
        target = unlimited;
        return;
    }
    const std::size_t before = reader.faults().size();
    int count = 0;
    reader.read_integer(key, count, least, most_of_a_count);
    if (reader.faults().size() == before) {
        target = static_cast<Number>(count);
    }
}

void read_cpu(const MapReader& reader, std::optional<int>& target) {
    const YamlEntry* const entry = reader.find("cpu");
    if (entry == nullptr) {
        return;
    }
    if (is_word(reader, "cpu", "unlimited")) {
        target.reset();
        return;
    }
    const std::string& text = entry->value.text;
    const char* const text_end = text.data() + text.size();
    int percent = 0;
    const auto [end, error] = std::from_chars(text.data(), text_end, percent);
    const bool is_share = entry->value.kind == YamlNode::Kind::scalar && error == std::errc() &&
                          std::string_view(end, text_end) == "%";
    if (!is_share || percent < 1 || percent > most_cpu_percent) {
        reader.add_fault(entry->place(),
                         "'cpu' takes a share of one processor such as 50%, or 150% for one and a "
                         "half, from 1% to 102400%, or unlimited, and this is " +
                             describe(entry->value) + ".");
    } else {
        target = percent;
    }
}

/// "3" or "0-2"; nothing for what is neither.
std::optional<std::pair<unsigned, unsigned>> range_of(const YamlNode& node) {
    const std::string& text = node.text;
    const char* const text_end = text.data() + text.size();
    unsigned first = 0;
    auto [end, error] = std::from_chars(text.data(), text_end, first);
    if (node.kind != YamlNode::Kind::scalar || error != std::errc()) {
        return std::nullopt;
    }
    unsigned last = first;
    if (end != text_end && *end == '-') {
        const auto rest = std::from_chars(end + 1, text_end, last);
        end = rest.ptr;
        error = rest.ec;
    }
    if (error != std::errc() || end != text_end || last < first) {
        return std::nullopt;
    }
    return std::pair(first, last);
}

void read_cpus(const MapReader& reader, std::vector<int>& target) {
    const YamlEntry* const entry = reader.find("cpus");
    if (entry == nullptr) {
        return;
    }
    if (entry->value.kind != YamlNode::Kind::list) {
        reader.add_fault(entry->place(),
                         "'cpus' takes a list of processors such as [0, 2-3], and this is " +
                             describe(entry->value) + ".");
        return;
    }
    if (entry->value.items.empty()) {
        reader.add_fault(entry->place(),
                         "'cpus' names no processor: name at least one, or remove the key.");
        return;
    }
    const auto present = static_cast<unsigned>(::sysconf(_SC_NPROCESSORS_CONF));
    std::vector<int> cpus;
    for (const YamlNode& item : entry->value.items) {
        const auto range = range_of(item);
        if (!range) {
            reader.add_fault(item.place,
                             "'cpus' takes numbers of processors and ranges such as 0 or 2-3, and "
                             "this is " +
                                 describe(item) + ".");
        } else if (range->second >= present) {
            reader.add_fault(item.place,
                             "'cpus': there is no processor " + std::to_string(range->second) +
                                 ": this machine has 0 to " + std::to_string(present - 1) + ".");
        } else {
            for (unsigned cpu = range->first; cpu <= range->second; ++cpu) {
                cpus.push_back(static_cast<int>(cpu));
            }
        }
    }
    std::ranges::sort(cpus);
    cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
    target = std::move(cpus);
}

void read_nice(const MapReader& reader, std::optional<int>& target) {
    constexpr int lowest = -20;
    constexpr int highest = 19;
    const std::size_t before = reader.faults().size();
    int nice = 0;
    reader.read_integer("nice", nice, lowest, highest);
    if (reader.find("nice") != nullptr && reader.faults().size() == before) {
        target = nice;
    }
}

}  // namespace

void read_limits(const MapReader& parent, LimitsConfig& target) {
    const YamlEntry* const entry = parent.find("limits");
    if (entry == nullptr) {
        return;
    }
    target.place = entry->key_place;
    const MapReader reader(
        entry->value, Section::limits, parent.owner() + ": limits", parent.faults());
    constexpr std::uint64_t no_end = LimitsConfig::unlimited;
    read_limit_size(reader, "memory", target.memory, least_memory, std::nullopt);
    read_cpu(reader, target.cpu_percent);
    read_limit_count<int>(reader, "processes", target.processes, least_processes, std::nullopt);
    read_limit_count<std::uint64_t>(
        reader, "open_files", target.open_files, least_open_files, no_end);
    if (is_word(reader, "core", "none")) {
        target.core = 0;
    } else {
        read_limit_size(reader, "core", target.core, 0, no_end);
    }
    read_limit_size(reader, "address_space", target.address_space, least_address_space, no_end);
    read_limit_size(reader, "file_size", target.file_size, least_file, no_end);
    read_limit_size(reader, "locked_memory", target.locked_memory, 0, no_end);
    read_nice(reader, target.nice);
    read_cpus(reader, target.cpus);
}

}  // namespace drover
