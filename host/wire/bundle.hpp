/// Small messages that leave together travel in one control frame, BUNDLE. Bytes as in
/// docs/wire.md.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace drover {

/// A message frame below this size may be bundled. Larger ones gain nothing by it.
inline constexpr std::size_t smallest_unbundled = 8192;
/// A bundle is closed when the next message would make it longer.
inline constexpr std::size_t largest_bundle = 65536;
/// Bytes before each message frame: its size as u32, and a u32 that is 0.
inline constexpr std::size_t bundle_entry_head = 8;

/// Collects message frames. One thread.
class BundleWriter {
public:
    /// Whether a message frame of `size` bytes may join what was collected.
    [[nodiscard]] bool has_room_for(std::size_t size) const;
    /// Makes room for a message frame of `size` bytes, to be filled in before the next call.
    [[nodiscard]] std::span<std::byte> add(std::size_t size);

    [[nodiscard]] bool is_empty() const { return count_ == 0; }
    [[nodiscard]] std::size_t count() const { return count_; }
    /// The frame to send: of one message its own frame, of more a BUNDLE. Valid until the next add
    /// or clear.
    [[nodiscard]] std::span<const std::byte> frame();
    void clear();

private:
    std::vector<std::byte> bytes_;
    std::size_t count_ = 0;
};

/// Takes the message frames out of a bundle's body, one after the other.
class BundleReader {
public:
    /// `body` must live as long as the reader. Messages of any size are taken: what is bundled is
    /// the writer's choice, and files hold larger ones than bundles on a link.
    explicit BundleReader(std::span<const std::byte> body) : rest_(body) {}

    [[nodiscard]] bool is_at_end() const { return rest_.empty(); }
    /// Bytes of the body that are not read yet.
    [[nodiscard]] std::size_t left() const { return rest_.size(); }
    /// The next message frame; nothing when the rest is malformed, which is then passed over. The
    /// frame itself is not checked.
    [[nodiscard]] std::optional<std::span<const std::byte>> next();

private:
    std::span<const std::byte> rest_;
};

}  // namespace drover
