#include "router/latest_lane.hpp"

#include <utility>

namespace drover {

LatestLane::Outcome LatestLane::put(std::string_view topic, QueueEntry entry) {
    Outcome outcome;
    if (const auto known = numbers_.find(topic); known != numbers_.end()) {
        line_[static_cast<std::size_t>(known->second - first_)].entry = std::move(entry);
        outcome.has_replaced = true;
        return outcome;
    }
    if (line_.size() >= most_topics_) {
        outcome.dropped = std::move(front().frame);
        pop();
    }
    numbers_.emplace(std::string(topic), first_ + line_.size());
    line_.push_back({std::string(topic), std::move(entry)});
    return outcome;
}

void LatestLane::pop() {
    numbers_.erase(line_.front().topic);
    line_.pop_front();
    ++first_;
}

std::size_t LatestLane::reset() {
    const std::size_t dropped = line_.size();
    first_ += dropped;
    line_.clear();
    numbers_.clear();
    return dropped;
}

}  // namespace drover
