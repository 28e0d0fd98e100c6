/// Compares what an agent gives in a replay with what it gave when it was recorded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "recording/entry.hpp"
#include "recording/recording_names.hpp"

namespace drover {

/// Which callback gave an output.
struct OutputOrigin {
    std::uint64_t callback = 0;  ///< Of the life, from 1: start is the first.
    std::int64_t now = 0;
    std::string text;  ///< "on_message market.bar.SPX.1d 12 of market-data"
};

/// One output: kind, body as a recording has it, and where it comes from.
struct Output {
    EntryKind kind = EntryKind::published;
    std::vector<std::byte> body;
    OutputOrigin origin;
};

/// What is compared in order: publications, requests and replies, moves of the clock. A commit
/// may lead them to leave in another order among each other, never within one of them.
class OutputComparison {
public:
    /// `names` is lent and must live longer.
    explicit OutputComparison(const RecordingNames& names) : names_(names) {}

    void add_recorded(Output output) { lane_of(output.kind).recorded.push_back(std::move(output)); }
    void add_replayed(Output output) { lane_of(output.kind).replayed.push_back(std::move(output)); }

    /// The first difference among what both sides have; nothing where all of that is equal.
    [[nodiscard]] std::optional<Json> compare();
    /// At the end of the life: what one side has and the other has not. Of a life that was killed,
    /// the recording may lack what its last callbacks gave.
    [[nodiscard]] std::optional<Json> compare_rest(bool was_killed);

    /// Outputs that were equal.
    [[nodiscard]] std::uint64_t equal() const { return equal_; }

private:
    struct Lane {
        std::deque<Output> recorded;
        std::deque<Output> replayed;
        std::uint64_t equal = 0;
    };
    [[nodiscard]] Lane& lane_of(EntryKind kind);
    [[nodiscard]] Json difference(const Output* recorded,
                                  const Output* replayed,
                                  std::uint64_t number) const;

    const RecordingNames& names_;
    Lane publications_;
    Lane requests_;
    Lane advances_;
    std::uint64_t equal_ = 0;
};

/// An output as JSON, decoded by the field tables of `names`.
[[nodiscard]] Json output_json(EntryKind kind,
                               std::span<const std::byte> body,
                               const RecordingNames& names);

/// [{"field","recorded","replayed"}] of the values in which two JSON values differ, at most 20.
[[nodiscard]] Json differing_fields(const Json& recorded, const Json& replayed);

}  // namespace drover
