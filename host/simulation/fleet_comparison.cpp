#include "simulation/fleet_comparison.hpp"

#include <algorithm>

#include <drover/message_type.h>

#include "base/json_value.hpp"
#include "base/topic.hpp"
#include "runner/configure_message.hpp"
#include "simulation/output_comparison.hpp"

namespace drover {
namespace {

/// What counts of a message: no sequence, no cause, no publish time, no life.
Json compared_json(std::string_view topic,
                   std::int64_t event_time,
                   const Json& payload,
                   bool is_records) {
    return {{"topic", topic},
            {"event_time", iso_time(event_time)},
            {is_records ? "records" : "value", payload}};
}

}  // namespace

FleetComparison::FleetComparison(const OutsideInputs& inputs, std::vector<std::string> topics)
    : inputs_(inputs), topics_(std::move(topics)) {
    if (!inputs_.inputs.empty()) {
        last_input_ = inputs_.inputs.back().time;
    }
    for (const auto& [key, messages] : inputs_.recorded) {
        rows_[key] = Row{};
    }
    if (const auto rules = parse_json(inputs_.rules)) {
        rules_ = read_rules(rules.value());
    }
}

bool FleetComparison::may_be_lost(const std::string& publisher,
                                  const PublishedMessage& message) const {
    const auto rule = std::ranges::find_if(rules_, [&](const TopicRights& rights) {
        return topic_matches(rights.pattern, message.topic);
    });
    const auto gaps = inputs_.gaps.find(publisher);
    const bool is_durable = rule != rules_.end() && rule->durable;
    return !is_durable && gaps != inputs_.gaps.end() &&
           std::ranges::any_of(gaps->second, [&](const auto& gap) {
               return gap.first <= message.publish_time && message.publish_time <= gap.second;
           });
}

void FleetComparison::add(const std::string& publisher, const PublishedMessage& message) {
    const bool is_outside = std::ranges::find(inputs_.outside, publisher) != inputs_.outside.end();
    if (is_outside || std::ranges::none_of(topics_, [&](const std::string& pattern) {
            return topic_matches(pattern, message.topic);
        })) {
        return;
    }
    const Key key{publisher, std::string(message.topic)};
    Row& row = rows_[key];
    const auto recorded = inputs_.recorded.find(key);
    const bool has_more = recorded != inputs_.recorded.end() && row.next < recorded->second.size();
    const auto is_equal_to = [&message](const RecordedMessage& was) {
        return was.header.event_time == message.event_time &&
               std::ranges::equal(was.payload, message.payload);
    };
    const bool is_equal = has_more && is_equal_to(recorded->second[row.next].message());
    if (!is_equal && !row.differs && may_be_lost(publisher, message)) {
        ++lost_;
        return;
    }
    if (!has_more && message.event_time >= last_input_) {
        ++cut_off_;  // The recording may have ended within this instant.
        return;
    }
    const std::size_t number = ++row.next;
    if (row.differs) {
        return;
    }
    RecordedMessage now;
    now.topic = message.topic;
    now.payload = message.payload;
    now.header.encoding = message.encoding;
    now.header.count = message.count;
    now.header.record_size = message.record_size;
    const bool is_records = message.encoding == DROVER_ENCODING_RECORDS;
    if (!has_more) {
        row.differs = true;
        add_difference(
            key,
            message.event_time,
            number,
            nullptr,
            compared_json(
                message.topic, message.event_time, Json(message.payload.size()), is_records));
        return;
    }
    const RecordedMessage was = recorded->second[number - 1].message();
    ++compared_;
    if (is_equal) {
        return;
    }
    row.differs = true;
    now.header.type = was.header.type;
    add_difference(
        key,
        std::min(message.event_time, was.header.event_time),
        number,
        compared_json(
            was.topic, was.header.event_time, inputs_.names.payload_json(was), is_records),
        compared_json(
            message.topic, message.event_time, inputs_.names.payload_json(now), is_records));
}

void FleetComparison::add_difference(
    const Key& key, std::int64_t time, std::size_t number, const Json& was, const Json& is) {
    std::string sentence = key.first + ": message " + std::to_string(number) + " on " + key.second +
                           " at " + iso_time(time);
    sentence += is.is_null()    ? " was recorded and does not come from the fleet run afresh"
                : was.is_null() ? " comes from the fleet run afresh and was not recorded"
                                : " differs";
    differences_.push_back({{"sentence", sentence},
                            {"agent", key.first},
                            {"topic", key.second},
                            {"number", number},
                            {"time", time},
                            {"recorded", was},
                            {"replayed", is},
                            {"fields", differing_fields(was, is)}});
}

Json FleetComparison::finish() {
    for (const auto& [key, messages] : inputs_.recorded) {
        const Row& row = rows_[key];
        if (!row.differs && row.next < messages.size()) {
            const RecordedMessage was = messages[row.next].message();
            add_difference(key,
                           was.header.event_time,
                           row.next + 1,
                           compared_json(was.topic,
                                         was.header.event_time,
                                         inputs_.names.payload_json(was),
                                         was.header.encoding == DROVER_ENCODING_RECORDS),
                           nullptr);
        }
    }
    std::ranges::stable_sort(differences_, [](const Json& left, const Json& right) {
        return left.at("time").get<std::int64_t>() < right.at("time").get<std::int64_t>();
    });
    return differences_;
}

std::vector<std::string> FleetComparison::notes() const {
    auto notes = inputs_.notes;
    if (cut_off_ > 0) {
        notes.push_back(std::to_string(cut_off_) +
                        " messages of the last instant have nothing to be compared with: the "
                        "recording ended within it");
    }
    if (lost_ > 0) {
        notes.push_back(std::to_string(lost_) +
                        " messages on topics that are not durable were lost with a life that was "
                        "killed");
    }
    return notes;
}

}  // namespace drover
