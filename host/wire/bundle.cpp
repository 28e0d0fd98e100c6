#include "wire/bundle.hpp"

#include <cstdint>
#include <cstring>
#include <utility>

#include "wire/control_frame.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

/// Before each message: its size, so that all of them begin at a multiple of 8.
struct EntryHead {
    std::uint32_t size;
    std::uint32_t reserved;
};
static_assert(sizeof(EntryHead) == bundle_entry_head);

}  // namespace

bool BundleWriter::has_room_for(std::size_t size) const {
    return size < smallest_unbundled &&
           (count_ == 0 || bytes_.size() + sizeof(EntryHead) + padded(size) <= largest_bundle);
}

std::span<std::byte> BundleWriter::add(std::size_t size) {
    if (bytes_.empty()) {
        bytes_.reserve(largest_bundle);
        bytes_.resize(control_head_size);
    }
    const EntryHead head{static_cast<std::uint32_t>(size), 0};
    const std::size_t start = bytes_.size() + sizeof(head);
    bytes_.resize(start + padded(size));
    std::memcpy(bytes_.data() + start - sizeof(head), &head, sizeof(head));
    ++count_;
    return std::span(bytes_).subspan(start, size);
}

std::span<const std::byte> BundleWriter::frame() {
    if (count_ == 1) {
        EntryHead head{};
        std::memcpy(&head, bytes_.data() + control_head_size, sizeof(head));
        return std::span(bytes_).subspan(control_head_size + sizeof(head), head.size);
    }
    encode_control_head(std::span(bytes_).first<control_head_size>(),
                        ControlKind::bundle,
                        bytes_.size() - control_head_size);
    return bytes_;
}

void BundleWriter::clear() {
    bytes_.clear();
    count_ = 0;
}

std::optional<std::span<const std::byte>> BundleReader::next() {
    EntryHead head{};
    const auto rest = std::exchange(rest_, {});
    if (rest.size() < sizeof(head)) {
        return std::nullopt;
    }
    std::memcpy(&head, rest.data(), sizeof(head));
    const std::size_t left = rest.size() - sizeof(head);
    if (head.size == 0 || head.size > left || padded(head.size) > left) {
        return std::nullopt;
    }
    rest_ = rest.subspan(sizeof(head) + padded(head.size));
    return rest.subspan(sizeof(head), head.size);
}

}  // namespace drover
