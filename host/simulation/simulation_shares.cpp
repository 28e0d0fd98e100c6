/// Instances that share a topic in a simulation: the same choice as the router's, in its order.
#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "simulation/member.hpp"

namespace drover {
namespace {

/// The records of a message that one member gets, one behind the other.
std::vector<std::byte> gathered(const PublishedMessage& message,
                                const std::vector<std::uint32_t>& records) {
    std::vector<std::byte> bytes(records.size() * message.record_size);
    std::byte* at = bytes.data();
    for (const std::uint32_t record : records) {
        std::memcpy(at,
                    message.payload.data() + std::size_t{record} * message.record_size,
                    message.record_size);
        at += message.record_size;
    }
    return bytes;
}

}  // namespace

void Simulation::send_shares(const Route& route,
                             const PublishedMessage& message,
                             std::string_view publisher) {
    std::vector<std::uint16_t> whole = route.receivers;
    std::vector<std::pair<std::uint16_t, std::uint32_t>> entries;  // Receiver and slot.
    for (const TopicShare& share : route.shares) {
        const auto key = share.sharing == Sharing::by_key
                             ? key_of(share, message.type, message.encoding, message.record_size)
                             : std::nullopt;
        if (share.sharing == Sharing::round_robin) {
            std::vector<std::uint16_t> present;
            std::ranges::copy_if(share.members, std::back_inserter(present), [this](auto member) {
                return !queue_.is_absent(member);
            });
            if (!present.empty()) {
                whole.push_back(member_of_turn(message.topic_sequence, present));
            }
        } else if (key) {
            for (const RecordsOfMember& own :
                 records_by_owner(message.payload, message.record_size, *key, share)) {
                const std::vector<std::byte> bytes = gathered(message, own.records);
                PublishedMessage part = message;
                part.count = static_cast<std::uint32_t>(own.records.size());
                part.payload = bytes;
                entries.emplace_back(own.agent, pool_.keep(part, route, publisher, 1));
            }
        } else {
            whole.insert(whole.end(), share.members.begin(), share.members.end());
        }
    }
    if (!whole.empty()) {
        const std::uint32_t slot = pool_.keep(message, route, publisher, whole.size());
        for (const std::uint16_t receiver : whole) {
            entries.emplace_back(receiver, slot);
        }
    }
    std::ranges::sort(entries);
    for (const auto& [receiver, slot] : entries) {
        queue_.publish(slot, {&receiver, 1});
    }
}

}  // namespace drover
