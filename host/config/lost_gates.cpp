#include "config/lost_gates.hpp"

#include <algorithm>

#include "base/topic.hpp"

namespace drover {
namespace {

/// The first rule of `after` that lets topics of `gate`, a rule of `before`, through; null: none.
/// What stood in front of the gate already took its topics before.
const TopicRule* opener_of(const TopicRule& gate,
                           const FleetConfig& before,
                           const FleetConfig& after) {
    for (const TopicRule& rule : after.topics) {
        const bool is_open = !rule.gated && patterns_overlap(rule.pattern, gate.pattern);
        const auto in_front = std::ranges::find_if(before.topics, [&](const TopicRule& earlier) {
            return &earlier == &gate || (!earlier.gated && earlier.pattern == rule.pattern);
        });
        if (is_open && &*in_front == &gate) {
            return &rule;
        }
        if (rule.gated && pattern_covers(rule.pattern, gate.pattern)) {
            return nullptr;
        }
    }
    return nullptr;
}

bool is_gated_to_the_end(const TopicRule& gate, const FleetConfig& after) {
    return std::ranges::any_of(after.topics, [&](const TopicRule& rule) {
        return rule.gated && pattern_covers(rule.pattern, gate.pattern);
    });
}

}  // namespace

std::vector<Fault> find_lost_gates(const FleetConfig& before, const FleetConfig& after) {
    std::vector<Fault> faults;
    for (const TopicRule& gate : before.topics) {
        if (!gate.gated) {
            continue;
        }
        const TopicRule* const opener = opener_of(gate, before, after);
        if (opener == nullptr && is_gated_to_the_end(gate, after)) {
            continue;
        }
        faults.push_back(
            {opener != nullptr ? opener->place : SourcePlace{after.file.string()},
             "the kill switch is engaged, and what it holds back of '" + gate.pattern +
                 "' would not be gated any more: 'drover kill-switch release' first."});
    }
    return faults;
}

}  // namespace drover
