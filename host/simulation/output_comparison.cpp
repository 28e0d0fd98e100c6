#include "simulation/output_comparison.hpp"

#include <array>

#include "base/json_value.hpp"
#include "recording/recorded_outputs.hpp"

namespace drover {
namespace {

constexpr std::size_t most_fields = 20;

const char* word_of(EntryKind kind) {
    switch (kind) {
        case EntryKind::published:
            return "publication";
        case EntryKind::requested:
            return "request";
        case EntryKind::replied:
            return "reply";
        default:
            return "move of the clock";
    }
}

void add_differing(const std::string& path,
                   const Json& recorded,
                   const Json& replayed,
                   Json& fields) {
    if (recorded == replayed || fields.size() >= most_fields) {
        return;
    }
    const bool are_objects = recorded.is_object() && replayed.is_object();
    const bool are_lists = recorded.is_array() && replayed.is_array();
    if (are_objects) {
        for (const auto& [key, value] : recorded.items()) {
            const auto other = replayed.find(key);
            add_differing(path + (path.empty() ? "" : ".") + key,
                          value,
                          other == replayed.end() ? Json(nullptr) : *other,
                          fields);
        }
        for (const auto& [key, value] : replayed.items()) {
            if (!recorded.contains(key)) {
                add_differing(path + (path.empty() ? "" : ".") + key, nullptr, value, fields);
            }
        }
    } else if (are_lists) {
        for (std::size_t i = 0; i < std::max(recorded.size(), replayed.size()); ++i) {
            add_differing(path + "[" + std::to_string(i) + "]",
                          i < recorded.size() ? recorded[i] : Json(nullptr),
                          i < replayed.size() ? replayed[i] : Json(nullptr),
                          fields);
        }
    } else {
        fields.push_back({{"field", path}, {"recorded", recorded}, {"replayed", replayed}});
    }
}

std::string topic_in(const Json& output) {
    const auto topic = value_or<std::string>(output, "topic", "");
    return topic.empty() ? "" : " on " + topic;
}

}  // namespace

Json differing_fields(const Json& recorded, const Json& replayed) {
    Json fields = Json::array();
    add_differing("", recorded, replayed, fields);
    return fields;
}

Json output_json(EntryKind kind, std::span<const std::byte> body, const RecordingNames& names) {
    if (kind == EntryKind::published) {
        if (const auto message = RecordedMessage::decode(body)) {
            return names.message_json(*message);
        }
    } else if (kind == EntryKind::requested) {
        if (const auto question = RecordedQuestion::decode(body)) {
            return {{"number", question->number},
                    {"topic", question->topic},
                    {"target", question->target},
                    {"deadline", iso_time(question->deadline)},
                    {"body", question->body}};
        }
    } else if (kind == EntryKind::replied) {
        if (const auto answer = RecordedAnswer::decode(body)) {
            return {{"request", answer->number},
                    {"status", answer->status},
                    {"error", answer->error},
                    {"body", answer->body}};
        }
    } else if (const auto advance = RecordedAdvance::decode(body)) {
        return {{"time", iso_time(advance->time)},
                {"delay", advance->delay},
                {"token", advance->token}};
    }
    return {{"bytes", body.size()}};
}

OutputComparison::Lane& OutputComparison::lane_of(EntryKind kind) {
    switch (kind) {
        case EntryKind::published:
            return publications_;
        case EntryKind::advance:
            return advances_;
        default:
            return requests_;
    }
}

std::optional<Json> OutputComparison::compare() {
    for (Lane* const lane : {&publications_, &requests_, &advances_}) {
        while (!lane->recorded.empty() && !lane->replayed.empty()) {
            const Output& recorded = lane->recorded.front();
            const Output& replayed = lane->replayed.front();
            ++lane->equal;
            if (recorded.kind != replayed.kind || recorded.body != replayed.body) {
                return difference(&recorded, &replayed, lane->equal);
            }
            ++equal_;
            lane->recorded.pop_front();
            lane->replayed.pop_front();
        }
    }
    return std::nullopt;
}

std::optional<Json> OutputComparison::compare_rest(bool was_killed) {
    if (auto found = compare()) {
        return found;
    }
    for (const Lane* const lane : {&publications_, &requests_, &advances_}) {
        if (!lane->recorded.empty()) {
            return difference(&lane->recorded.front(), nullptr, lane->equal + 1);
        }
        if (!lane->replayed.empty() && !was_killed) {
            return difference(nullptr, &lane->replayed.front(), lane->equal + 1);
        }
    }
    return std::nullopt;
}

Json OutputComparison::difference(const Output* recorded,
                                  const Output* replayed,
                                  std::uint64_t number) const {
    const Output& either = replayed != nullptr ? *replayed : *recorded;
    const Json was =
        recorded == nullptr ? Json(nullptr) : output_json(recorded->kind, recorded->body, names_);
    const Json is =
        replayed == nullptr ? Json(nullptr) : output_json(replayed->kind, replayed->body, names_);
    const std::string what = std::string(word_of(either.kind)) + " " + std::to_string(number);
    std::string sentence = what + topic_in(is.is_null() ? was : is);
    if (replayed == nullptr) {
        sentence += " is in the recording and does not come now; it was recorded after";
    } else if (recorded == nullptr) {
        sentence += " comes now and is not in the recording; it comes from";
    } else {
        sentence += " differs; it comes from";
    }
    sentence += " callback " + std::to_string(either.origin.callback) + " (" + either.origin.text +
                ") at " + iso_time(either.origin.now);
    return {{"sentence", sentence},
            {"time", either.origin.now},
            {"callback", either.origin.callback},
            {"input", either.origin.text},
            {"output", what},
            {"recorded", was},
            {"replayed", is},
            {"fields", differing_fields(was, is)}};
}

}  // namespace drover
