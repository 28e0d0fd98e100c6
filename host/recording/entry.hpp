/// One entry of a recording: something that an agent was given, or something that it gave. Bytes:
/// docs/recording.md.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace drover {

static_assert(std::endian::native == std::endian::little,
              "Recordings are little-endian and are copied to and from memory as they are.");

enum class EntryKind : std::uint8_t {
    // What the agent was given: one callback each.
    life = 1,        ///< A life begins to be recorded: JSON, see RecordedLife.
    state = 2,       ///< Its saved state was loaded.
    start = 3,       ///< start.
    stop = 4,        ///< stop.
    message = 5,     ///< on_message.
    timer = 6,       ///< on_timer.
    post = 7,        ///< on_post, of something that was posted.
    advanced = 8,    ///< on_post, because the replay clock has moved.
    request = 9,     ///< on_request.
    reply = 10,      ///< on_reply.
    refused = 11,    ///< on_refused.
    simulated = 12,  ///< What drover.simulation/1 answered within the callback before it.
    stored = 13,     ///< What drover.store/1 gave within it, out of the agent's file.
    judged = 14,     ///< What became of a publication within it, where its moment does not say so.
    rules = 15,      ///< No callback: the fleet has other rules for topics from now on.
    link = 16,       ///< on_link_lost or on_link_restored.
    // What it gave.
    published = 32,
    requested = 33,
    replied = 34,
    advance = 35,  ///< It asked to move the replay clock.
    // What belongs to the recording.
    end = 48  ///< It ends here by a person's wish; without one the process was killed.
};

[[nodiscard]] constexpr bool is_output(EntryKind kind) {
    return kind >= EntryKind::published && kind < EntryKind::end;
}
/// Something that the agent was given in a callback of its own.
[[nodiscard]] constexpr bool is_callback(EntryKind kind) {
    return (kind >= EntryKind::state && kind <= EntryKind::refused) || kind == EntryKind::link;
}
/// It belongs to the callback before it, or to create and configure where there was none.
[[nodiscard]] constexpr bool is_within_callback(EntryKind kind) {
    return kind >= EntryKind::simulated && kind <= EntryKind::judged;
}

/// The kill switch was engaged when the callback began.
inline constexpr std::uint8_t gate_engaged_flag = 1;

/// Lies before each entry's body exactly like this.
struct EntryHead {
    std::uint32_t size = 0;  ///< Bytes of head and body.
    std::uint8_t kind = 0;   ///< An EntryKind; a number here because it comes from outside.
    std::uint8_t flags = 0;
    std::uint16_t reserved = 0;
    std::int64_t now = 0;  ///< What the agent's clock read.
};
static_assert(sizeof(EntryHead) == 16 && std::is_trivially_copyable_v<EntryHead>);

/// No entry is larger: a message of 4 MiB with all that lies around it.
inline constexpr std::uint32_t largest_entry = (std::uint32_t{4} << 20U) + 65536;

/// An entry whose head was found sound. The body points into the bytes it was read from.
struct Entry {
    EntryKind kind = EntryKind::end;
    std::uint8_t flags = 0;
    std::int64_t now = 0;
    std::span<const std::byte> body;

    /// Takes the first entry off `bytes`; nothing, and `bytes` stays, when it is not whole.
    [[nodiscard]] static std::optional<Entry> take(std::span<const std::byte>& bytes);
    /// Whether `bytes` begin with what can never become an entry.
    [[nodiscard]] static bool is_broken(std::span<const std::byte> bytes);
};

/// Appends entries to bytes. A text is its length and its bytes.
class EntryWriter {
public:
    EntryWriter(std::vector<std::byte>& bytes, EntryKind kind, std::uint8_t flags, std::int64_t now)
        : bytes_(bytes), start_(bytes.size()) {
        put(EntryHead{0, static_cast<std::uint8_t>(kind), flags, 0, now});
    }
    EntryWriter(const EntryWriter&) = delete;
    EntryWriter& operator=(const EntryWriter&) = delete;
    /// Completes the entry.
    ~EntryWriter() {
        const auto size = static_cast<std::uint32_t>(bytes_.size() - start_);
        std::memcpy(bytes_.data() + start_, &size, sizeof size);
    }

    template <typename Value>
    void put(const Value& value) {
        static_assert(std::is_trivially_copyable_v<Value>);
        raw(&value, sizeof value);
    }
    void text(std::string_view text) {
        put(static_cast<std::uint32_t>(text.size()));
        raw(text.data(), text.size());
    }
    void raw(const void* data, std::size_t size) {
        const auto* const first = static_cast<const std::byte*>(data);
        bytes_.insert(bytes_.end(), first, first + size);
    }

private:
    std::vector<std::byte>& bytes_;
    std::size_t start_;
};

/// Reads what EntryWriter wrote. After the first thing that is not there everything is empty and
/// `is_sound` is false.
class BodyReader {
public:
    explicit BodyReader(std::span<const std::byte> body) : rest_(body) {}

    template <typename Value>
    [[nodiscard]] Value get() {
        Value value{};
        if (rest_.size() < sizeof value) {
            fail();
            return value;
        }
        std::memcpy(&value, rest_.data(), sizeof value);
        rest_ = rest_.subspan(sizeof value);
        return value;
    }
    [[nodiscard]] std::string_view text() { return text(get<std::uint32_t>()); }
    [[nodiscard]] std::string_view text(std::size_t size) {
        if (rest_.size() < size) {
            fail();
            return {};
        }
        const std::string_view text(reinterpret_cast<const char*>(rest_.data()), size);
        rest_ = rest_.subspan(size);
        return text;
    }
    /// All that is left.
    [[nodiscard]] std::span<const std::byte> rest() const { return rest_; }
    [[nodiscard]] bool is_sound() const { return is_sound_; }
    /// Sound, and nothing is left.
    [[nodiscard]] bool is_through() const { return is_sound_ && rest_.empty(); }

private:
    void fail() {
        is_sound_ = false;
        rest_ = {};
    }

    std::span<const std::byte> rest_;
    bool is_sound_ = true;
};

}  // namespace drover
