/// Rendezvous hashing of partitions, and walks over the history of their owners.
#include "durable_log/partitions.hpp"

#include <algorithm>

namespace drover {
namespace {

std::uint64_t fnv_1a(std::span<const std::byte> bytes) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const std::byte byte : bytes) {
        hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3U;
    }
    return hash;
}

/// The finalizer of splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", 2014.
std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

/// Who is forgotten is through: nothing is kept for it.
bool is_through(const std::string& receiver,
                std::uint64_t position,
                const ReceiverProgress& progress) {
    const auto reached = progress(receiver);
    return !reached || *reached >= position;
}

const std::string& owner_in(const PartitionEpoch& epoch, std::size_t partition) {
    std::vector<std::uint64_t> weights;
    for (const std::string& member : epoch.members) {
        weights.push_back(weight_of(member));
    }
    return epoch.members[owner_of_partition(partition, weights)];
}

bool is_shared_out(const PartitionEpoch& epoch) {
    return !epoch.keys.empty() && !epoch.members.empty();
}

}  // namespace

std::size_t partition_of(std::span<const std::byte> key) {
    return mixed(fnv_1a(key)) % partition_count;
}

std::uint64_t weight_of(std::string_view instance) {
    return fnv_1a(std::as_bytes(std::span(instance)));
}

std::size_t owner_of_partition(std::size_t partition, std::span<const std::uint64_t> weights) {
    const std::uint64_t hash = mixed(partition + 1);
    std::size_t best = 0;
    std::uint64_t highest = 0;
    for (std::size_t member = 0; member < weights.size(); ++member) {
        const std::uint64_t score = mixed(hash ^ mixed(weights[member]));
        if (member == 0 || score > highest) {
            best = member;
            highest = score;
        }
    }
    return best;
}

std::optional<RecordKey> PartitionEpoch::key_of(std::uint32_t type,
                                                std::uint32_t record_size) const {
    const auto key = std::ranges::find(keys, type, &RecordKey::type);
    const bool fits = key != keys.end() && std::uint64_t{key->offset} + key->size <= record_size;
    return fits ? std::optional(*key) : std::nullopt;
}

std::optional<std::size_t> PartitionEpoch::index_of(std::string_view member) const {
    const auto found = std::ranges::find(members, member);
    return found == members.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - members.begin()));
}

std::array<std::size_t, partition_count> PartitionEpoch::owners() const {
    std::vector<std::uint64_t> weights;
    for (const std::string& member : members) {
        weights.push_back(weight_of(member));
    }
    std::array<std::size_t, partition_count> owners{};
    for (std::size_t partition = 0; partition < partition_count; ++partition) {
        owners[partition] = owner_of_partition(partition, weights);
    }
    return owners;
}

std::optional<UnsettledShare> unsettled_before(const PartitionHistory& history,
                                               std::size_t partition,
                                               std::uint64_t position,
                                               std::string_view owner,
                                               const ReceiverProgress& progress) {
    for (std::size_t next = 1; next < history.size() && history[next].from <= position; ++next) {
        if (!is_shared_out(history[next - 1])) {
            continue;
        }
        const std::string& before = owner_in(history[next - 1], partition);
        const std::uint64_t until = history[next].from - 1;
        if (before != owner && !is_through(before, until, progress)) {
            return UnsettledShare{before, until};
        }
    }
    return std::nullopt;
}

std::uint64_t partition_cursor(const PartitionHistory& history,
                               std::size_t partition,
                               const ReceiverProgress& progress) {
    std::uint64_t cursor = 0;
    for (std::size_t epoch = 0; epoch < history.size(); ++epoch) {
        if (!is_shared_out(history[epoch])) {
            continue;
        }
        const std::string& owner = owner_in(history[epoch], partition);
        const bool is_last = epoch + 1 == history.size();
        const std::uint64_t until = is_last ? 0 : history[epoch + 1].from - 1;
        cursor = progress(owner).value_or(until);
        if (is_last || cursor < until) {
            return cursor;
        }
    }
    return cursor;
}

void forget_settled(PartitionHistory& history,
                    const ReceiverProgress& progress,
                    std::span<const std::string> others) {
    const auto are_through = [&](const auto& receivers) {
        return std::ranges::all_of(receivers, [&](const std::string& receiver) {
            return is_through(receiver, history[1].from - 1, progress);
        });
    };
    while (history.size() > 1 && are_through(history.front().members) && are_through(others)) {
        history.erase(history.begin());
    }
    if (history.size() == 1 && history.front().keys.empty()) {
        history.clear();  // All get all, as without a history.
    }
}

bool has_settled_for_good(const PartitionHistory& history,
                          std::string_view receiver,
                          std::uint64_t position) {
    const auto last = std::ranges::find_if(
        history.rbegin(), history.rend(), [receiver](const PartitionEpoch& epoch) {
            return epoch.index_of(receiver).has_value();
        });
    if (history.empty() || last == history.rbegin()) {
        return false;
    }
    return position + 1 >= std::prev(last)->from;  // Where the epoch behind its last one begins.
}

}  // namespace drover
