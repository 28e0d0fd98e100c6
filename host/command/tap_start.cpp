#include "command/tap_start.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "base/json_value.hpp"
#include "base/topic.hpp"
#include "command/moment.hpp"
#include "config/scalar.hpp"

namespace drover {
namespace {

/// Which kinds of topics a pattern may match, by the first rule that matches each.
struct PastOfPattern {
    bool some_are_durable = false;
    bool some_are_not = false;
};

PastOfPattern past_of(const std::string& pattern, const RecordingNames& names) {
    PastOfPattern past;
    const auto rules = parse_json(names.rules());
    for (const Json& rule : rules ? rules.value() : Json::array()) {
        const auto of_rule = value_or<std::string>(rule, "pattern", "");
        if (!is_topic_pattern(of_rule) || !patterns_overlap(of_rule, pattern)) {
            continue;
        }
        const bool is_durable = value_or<std::string>(rule, "delivery", "") == "durable";
        (is_durable ? past.some_are_durable : past.some_are_not) = true;
        if (pattern_covers(of_rule, pattern)) {
            return past;  // No later rule has a say.
        }
    }
    past.some_are_not = true;  // Topics without a rule are streams.
    return past;
}

}  // namespace

Result<TapStart> parse_tap_start(const std::string& text, std::int64_t now, bool is_replay) {
    TapStart start;
    if (text == "start") {
        return start;
    }
    const bool is_number = !text.empty() && std::ranges::all_of(text, [](char letter) {
        return letter >= '0' && letter <= '9';
    });
    if (is_number) {
        const char* const end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, start.position);
        if (read.ec == std::errc() && start.position > 0) {
            return start;
        }
    }
    const auto moment =
        is_number ? Result<std::int64_t>(Error{ErrorKind::invalid, ""}) : parse_moment(text, now);
    if (!moment) {
        return Error{
            ErrorKind::invalid,
            "--from '" + text +
                "' is no place in the durable log: write `start`, a position from 1 on (as "
                "`drover log stat` shows them), how long ago (10m, 2h), a date "
                "(2026-11-26) or a time (2026-11-26T09:30:00Z, UTC without a zone)."};
    }
    if (is_replay && parse_duration(text)) {
        return Error{
            ErrorKind::invalid,
            "--from '" + text +
                "' counts back from now, but the fleet has a replay clock, so its messages "
                "have the times of the history: write a date or time of that, a position, "
                "or `start`."};
    }
    start.time = moment.value();
    return start;
}

std::string note_on_past(const std::string& pattern, const RecordingNames& names, bool is_live) {
    const PastOfPattern past = past_of(pattern, names);
    if (!past.some_are_not) {
        return "";
    }
    const std::string shown =
        is_live ? "is shown what is published from now on" : "nothing is there to show";
    return past.some_are_durable
               ? "Only durable topics have a past: of the other topics that '" + pattern +
                     "' matches " + shown + "."
               : "Only durable topics have a past, and the fleet's rules make no topic that '" +
                     pattern + "' matches durable: of those " + shown + ".";
}

std::string note_on_topics(const std::string& pattern, const Json& topics) {
    if (!topics.is_array()) {
        return "";
    }
    std::string known;
    for (const Json& topic : topics) {
        const auto text = topic.get<std::string>();
        if (patterns_overlap(text, pattern)) {
            return "";
        }
        known += (known.empty() ? "" : ", ") + text;
    }
    return "No agent of the fleet publishes on a topic that '" + pattern +
           "' matches; the tap waits for one that does. They publish on: " +
           (known.empty() ? "none" : known) + ".";
}

}  // namespace drover
