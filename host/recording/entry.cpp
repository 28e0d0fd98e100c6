#include "recording/entry.hpp"

namespace drover {
namespace {

EntryHead entry_head(std::span<const std::byte> bytes) {
    EntryHead head;
    std::memcpy(&head, bytes.data(), sizeof head);
    return head;
}

}  // namespace

bool Entry::is_broken(std::span<const std::byte> bytes) {
    if (bytes.size() < sizeof(EntryHead)) {
        return false;
    }
    const EntryHead head = entry_head(bytes);
    return head.size < sizeof head || head.size > largest_entry || head.reserved != 0;
}

std::optional<Entry> Entry::take(std::span<const std::byte>& bytes) {
    if (bytes.size() < sizeof(EntryHead) || is_broken(bytes)) {
        return std::nullopt;
    }
    const EntryHead head = entry_head(bytes);
    if (bytes.size() < head.size) {
        return std::nullopt;
    }
    Entry entry{static_cast<EntryKind>(head.kind),
                head.flags,
                head.now,
                bytes.subspan(sizeof head, head.size - sizeof head)};
    bytes = bytes.subspan(head.size);
    return entry;
}

}  // namespace drover
