/// What can be told of a tap before its first message: where in the durable log it begins, which
/// topics have a past, and that nobody publishes what it waits for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "recording/recording_names.hpp"

namespace drover {

struct TapStart {
    std::uint64_t position = 0;          ///< 0: the oldest message that is kept.
    std::optional<std::int64_t> time{};  ///< Of the first message's publication, ns.
};

/// Reads "start", a position (4711), a date or a time, or how long ago (10m). `now` is wall ns.
/// Under a replay clock messages have the times of the history, so that nothing is so long ago:
/// `is_replay`. Fails with `invalid` and a sentence.
[[nodiscard]] Result<TapStart> parse_tap_start(const std::string& text,
                                               std::int64_t now,
                                               bool is_replay);

/// A sentence on topics of `pattern` of which the log holds nothing; empty where by the rules of
/// `names` all are durable. `is_live`: whether a fleet runs.
[[nodiscard]] std::string note_on_past(const std::string& pattern,
                                       const RecordingNames& names,
                                       bool is_live);

/// A sentence where no agent of the fleet publishes on a topic of `pattern`; empty where one does.
/// `topics`: what droverd tells of them, patterns; null: it does not know them all.
[[nodiscard]] std::string note_on_topics(const std::string& pattern, const Json& topics);

}  // namespace drover
