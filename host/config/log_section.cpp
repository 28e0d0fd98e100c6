#include "config/scalar.hpp"
#include "config/sections.hpp"

namespace drover {
namespace {

/// A file smaller than this would hold hardly more than one long line.
constexpr std::uint64_t smallest_file = std::uint64_t{64} << 10U;
constexpr int most_files = 100;
/// A segment smaller than this would be made anew all the time.
constexpr std::uint64_t smallest_segment = std::uint64_t{1} << 20U;

void read_rate(const MapReader& reader, int& target) {
    const YamlEntry* const entry = reader.find("rate");
    if (entry == nullptr) {
        return;
    }
    if (entry->value.kind != YamlNode::Kind::scalar) {
        reader.add_fault(entry->place(),
                         "'rate' takes lines a second such as 2000/s, or unlimited, and this is " +
                             describe(entry->value) + ".");
        return;
    }
    if (entry->value.text == "unlimited") {
        target = 0;
        return;
    }
    const auto rate = parse_rate(entry->value.text);
    if (rate) {
        target = rate.value();
    } else {
        reader.add_fault(entry->place(),
                         "'rate': " + rate.error().message + " Write unlimited for no limit.");
    }
}

}  // namespace

void read_log(const MapReader& parent, LogConfig& target) {
    const YamlEntry* const entry = parent.find("log");
    if (entry == nullptr) {
        return;
    }
    const MapReader reader(entry->value, Section::log, parent.owner() + ": log", parent.faults());
    reader.read_size("max_size", target.max_size, smallest_file);
    reader.read_integer("max_files", target.max_files, 1, most_files);
    read_rate(reader, target.rate);
}

void read_durable_log(const MapReader& parent, DurableLogConfig& target) {
    const YamlEntry* const entry = parent.find("log");
    if (entry == nullptr) {
        return;
    }
    const MapReader reader(entry->value, Section::durable_log, "log", parent.faults());
    reader.read_size("segment_size", target.segment_size, smallest_segment);
    reader.read_size("max_size", target.max_size, smallest_segment);
    if (target.max_size / 2 < target.segment_size) {
        const YamlEntry* const wrong = reader.find("max_size");
        reader.add_fault((wrong != nullptr ? wrong : entry)->place(),
                         "'max_size' must be at least twice 'segment_size', because a segment is "
                         "removed as a whole while the next one is written; they are " +
                             size_text(target.max_size) + " and " + size_text(target.segment_size) +
                             ".");
    }
}

}  // namespace drover
