#include "router/durable_partitions.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "router/shared_topics.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

bool is_instance_of(std::string_view name, std::string_view agent) {
    return name.size() > agent.size() + 1 && name.starts_with(agent) && name[agent.size()] == '.' &&
           name.find_first_not_of("0123456789", agent.size() + 1) == std::string_view::npos;
}

/// Calls `see` with the number and partition of each record, until it returns false. False: the
/// messages of this type have no key, and every member gets them whole.
template <typename See>
bool for_each_partition(const MessageFrame& message, const PartitionEpoch& epoch, See see) {
    const std::size_t size = message.header.record_size;
    const auto key = message.header.encoding == static_cast<std::uint16_t>(Encoding::records)
                         ? epoch.key_of(message.header.type, message.header.record_size)
                         : std::nullopt;
    if (!key) {
        return false;
    }
    for (std::size_t record = 0; (record + 1) * size <= message.payload.size(); ++record) {
        const auto bytes = message.payload.subspan(record * size + key->offset, key->size);
        if (!see(static_cast<std::uint32_t>(record), partition_of(bytes))) {
            break;
        }
    }
    return true;
}

}  // namespace

void DurablePartitions::take_agents(const std::vector<RouterAgent>& agents) {
    members_.clear();
    std::set<std::string> groups;
    for (std::uint16_t agent = 0; agent < agents.size(); ++agent) {
        const RouterAgent& own = agents[agent];
        members_.push_back({own.name, own.instance_of, own.has_left, nullptr});
        if (!own.instance_of.empty() && own.sharing == Sharing::by_key &&
            routes_.may_be_required(agent)) {
            groups.insert(own.instance_of);
        }
    }
    for (const auto& [agent, history] : log_.state().shared) {
        groups.insert(agent);
    }
    for (const std::string& group : groups) {
        take_group(group, agents);
    }
    look_up();
}

void DurablePartitions::take_group(const std::string& agent,
                                   const std::vector<RouterAgent>& agents) {
    PartitionEpoch now{log_.head() + 1, {}, {}};
    for (const RouterAgent& own : agents) {
        if (own.instance_of == agent && !own.has_left && !own.is_retiring) {
            now.members.push_back(own.name);
            now.keys = own.sharing == Sharing::by_key ? own.keys : std::vector<RecordKey>();
        }
    }
    // An order that is the same after a restart, when the agents may have other numbers.
    std::ranges::sort(now.members);
    const auto found = log_.state().shared.find(agent);
    PartitionHistory history =
        found == log_.state().shared.end() ? PartitionHistory() : found->second;
    const auto holds_already = [&history, &now] {
        return !history.empty() && history.back().members == now.members &&
               history.back().keys == now.keys;
    };
    if (holds_already()) {
        return;
    }
    if (!history.empty() && history.back().from == now.from) {
        history.pop_back();  // Nothing was logged meanwhile.
    }
    if (!holds_already()) {
        history.push_back(std::move(now));
    }
    log_.set_shared(agent, std::move(history));
}

void DurablePartitions::look_up() {
    known_epoch_ = nullptr;
    for (Member& member : members_) {
        const auto found = log_.state().shared.find(member.agent);
        member.history = found == log_.state().shared.end() ? nullptr : &found->second;
    }
}

void DurablePartitions::forget_settled() {
    for (const auto& [agent, known] : std::map(log_.state().shared)) {
        forget_left(agent, known);
        PartitionHistory history = known;
        drover::forget_settled(history, progress_in(log_.state()), receivers_of(agent));
        log_.set_shared(agent, std::move(history));
    }
    look_up();
}

/// An instance that is gone and had settled what it was given would hold the log for ever, and when
/// it came back its cursor would lie before others that have had its keys since.
void DurablePartitions::forget_left(const std::string& agent, const PartitionHistory& history) {
    for (const std::string& name : receivers_of(agent)) {
        const ReceiverCursor& cursor = log_.state().receivers.at(name);
        if (has_left(name) && has_settled_for_good(history, name, cursor.effective)) {
            log_.forget(name);
        }
    }
}

/// All instances of which the log has a cursor.
std::vector<std::string> DurablePartitions::receivers_of(const std::string& agent) const {
    std::vector<std::string> names;
    for (const auto& [name, cursor] : log_.state().receivers) {
        if (is_instance_of(name, agent)) {
            names.push_back(name);
        }
    }
    return names;
}

bool DurablePartitions::has_left(const std::string& instance) const {
    const auto found = std::ranges::find(members_, instance, &Member::name);
    return found == members_.end() || found->has_left;
}

const PartitionEpoch* DurablePartitions::epoch_at(std::uint16_t agent,
                                                  std::uint64_t position) const {
    const PartitionHistory* const history = members_[agent].history;
    if (history == nullptr) {
        return nullptr;
    }
    const auto behind = std::ranges::upper_bound(*history, position, {}, &PartitionEpoch::from);
    return behind == history->begin() ? nullptr : &*std::prev(behind);
}

const std::array<std::size_t, partition_count>& DurablePartitions::owners_in(
    const PartitionEpoch& epoch) const {
    if (known_epoch_ != &epoch) {
        known_epoch_ = &epoch;
        known_owners_ = epoch.owners();
    }
    return known_owners_;
}

bool DurablePartitions::has_part(std::uint16_t agent, const DurableRecord& record) const {
    const PartitionEpoch* const epoch = epoch_at(agent, record.position);
    if (epoch == nullptr) {
        return true;
    }
    const auto own = epoch->index_of(members_[agent].name);
    const auto message = MessageFrame::decode_unchecked_topic(record.frame.bytes());
    if (!own || !message) {
        return false;
    }
    const auto& owners = owners_in(*epoch);
    bool has_some = false;
    const bool has_key =
        for_each_partition(*message, *epoch, [&](std::uint32_t, std::size_t partition) {
            has_some = owners[partition] == *own;
            return !has_some;
        });
    return has_some || !has_key;
}

Frame DurablePartitions::part_of(std::uint16_t agent, const DurableRecord& record) const {
    const PartitionEpoch* const epoch = epoch_at(agent, record.position);
    const auto message = MessageFrame::decode_unchecked_topic(record.frame.bytes());
    const auto own = epoch != nullptr ? epoch->index_of(members_[agent].name) : std::nullopt;
    if (!own || !message) {
        return record.frame;
    }
    const auto& owners = owners_in(*epoch);
    std::vector<std::uint32_t> records;
    const bool has_key =
        for_each_partition(*message, *epoch, [&](std::uint32_t number, std::size_t partition) {
            if (owners[partition] == *own) {
                records.push_back(number);
            }
            return true;
        });
    return has_key ? cut_records(*message, records) : record.frame;
}

std::optional<UnsettledShare> DurablePartitions::must_wait(std::uint16_t agent,
                                                           const DurableRecord& record,
                                                           const ReceiverProgress& progress) const {
    const Member& own = members_[agent];
    const PartitionEpoch* const epoch = epoch_at(agent, record.position);
    if (epoch == nullptr || epoch == &own.history->front()) {
        return std::nullopt;  // Nobody had it before.
    }
    const auto message = MessageFrame::decode_unchecked_topic(record.frame.bytes());
    const auto index = epoch->index_of(own.name);
    if (!message || !index) {
        return std::nullopt;
    }
    std::optional<UnsettledShare> unsettled;
    static_cast<void>(
        for_each_partition(*message, *epoch, [&](std::uint32_t, std::size_t partition) {
            if (owners_in(*epoch)[partition] == *index) {
                unsettled =
                    unsettled_before(*own.history, partition, record.position, own.name, progress);
            }
            return !unsettled;
        }));
    return unsettled;
}

std::uint64_t DurablePartitions::unknown_before(std::uint16_t agent) const {
    const Member& own = members_[agent];
    const bool is_new_there =
        own.history != nullptr && !own.history->front().index_of(own.name).has_value();
    return is_new_there ? own.history->front().from : 0;
}

std::optional<std::uint64_t> DurablePartitions::retires_at(std::uint16_t agent) const {
    const PartitionHistory* const history = members_[agent].history;
    if (history == nullptr || history->back().index_of(members_[agent].name)) {
        return std::nullopt;
    }
    // Of the epochs that it was a member of, the last one ends where the next one begins.
    for (auto epoch = history->rbegin(); epoch != history->rend(); ++epoch) {
        const auto next = std::next(epoch);
        if (next == history->rend() || next->index_of(members_[agent].name)) {
            return epoch->from - 1;
        }
    }
    return std::nullopt;
}

}  // namespace drover
