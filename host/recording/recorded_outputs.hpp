/// What an agent gave besides messages. Views live as long as what they were read from.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "recording/entry.hpp"

namespace drover {

/// A request of the agent.
struct RecordedQuestion {
    std::uint64_t number = 0;
    std::uint32_t type = 0;
    std::uint32_t reply_type = 0;
    std::int64_t deadline = 0;
    std::string_view topic;
    std::string_view target;
    std::string_view body;

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedQuestion> decode(std::span<const std::byte> bytes);
};

/// An answer of the agent.
struct RecordedAnswer {
    std::uint32_t client = 0;
    std::uint32_t client_incarnation = 0;
    std::uint64_t number = 0;
    std::int32_t status = 0;
    std::string_view error;
    std::string_view body;

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedAnswer> decode(std::span<const std::byte> bytes);
};

/// It asked to move the replay clock.
struct RecordedAdvance {
    std::int64_t time = 0;
    std::int64_t delay = 0;
    std::uint64_t token = 0;

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedAdvance> decode(std::span<const std::byte> body);
};

}  // namespace drover
