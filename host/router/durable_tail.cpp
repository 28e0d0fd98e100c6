#include "router/durable_tail.hpp"

#include <utility>

namespace drover {
namespace {

constexpr std::size_t most_recent_bytes = std::size_t{16} << 20U;
constexpr std::size_t most_recent_records = 65'536;

/// With the record itself and what the allocator adds.
std::size_t memory_of(const DurableRecord& record) {
    constexpr std::size_t around_a_frame = 64;
    return record.frame.size() + sizeof(DurableRecord) + around_a_frame;
}

}  // namespace

const DurableRecord& DurableTail::add(DurableRecord record) {
    // A small frame as it was received lies in a buffer of libzmq of 8 KiB, all of which it would
    // keep.
    record.frame = Frame(record.frame.bytes());
    bytes_ += memory_of(record);
    recent_.push_back(std::move(record));
    return recent_.back();
}

void DurableTail::shrink(std::uint64_t position) {
    while ((bytes_ > most_recent_bytes || recent_.size() > most_recent_records) &&
           recent_.front().position <= position) {
        bytes_ -= memory_of(recent_.front());
        recent_.pop_front();
    }
}

void DurableTail::find_receivers(DurableRecord& record) {
    const Route* const route = record.is_message() ? routes_.find(topic_of(record.frame)) : nullptr;
    record.required = route != nullptr ? route->required : 0;
}

void DurableTail::find_receivers_again() {
    for (DurableRecord& record : recent_) {
        find_receivers(record);
    }
    readers_.clear();
}

Result<const DurableRecord*> DurableTail::at(std::uint64_t position, std::uint16_t reader) {
    if (!recent_.empty() && position >= recent_.front().position) {
        readers_.erase(reader);
        return &recent_[position - recent_.front().position];
    }
    auto found = readers_.find(reader);
    if (found == readers_.end()) {
        found = readers_.emplace(reader, Reader{log_.reader(), {}}).first;
    }
    DurableRecord& record = found->second.record;
    if (record.position == position) {
        return &record;
    }
    const auto read = found->second.log.read(position);
    if (!read) {
        return read.error();
    }
    const RecordHead& head = read.value().head;
    record.position = position;
    record.frame = Frame(read.value().body);
    record.publisher = head.publisher;
    record.sequence = head.sequence;
    record.gate_revision =
        head.is_gated() ? std::optional(head.gate_revision) : std::optional<std::uint32_t>();
    find_receivers(record);
    return &record;
}

}  // namespace drover
