#include "router/drop_report.hpp"

#include <algorithm>

namespace drover {

std::optional<RouterHealth> DropReport::tick(Monotonic now) {
    const auto due = deadline();
    if (!due || now < *due) {
        return std::nullopt;
    }
    if (!has_news_) {
        last_report_.reset();
        return RouterHealth{"healthy", "queue.flowing", "No queue has overflowed for 10 s."};
    }
    RouterHealth health{"degraded", "queue.full", describe()};
    std::ranges::fill(dropped_, 0);
    has_news_ = false;
    last_report_ = now;
    return health;
}

std::optional<Monotonic> DropReport::deadline() const {
    if (has_news_) {
        return last_report_ ? *last_report_ + pause : Monotonic{};
    }
    if (last_report_) {
        return *last_report_ + quiet;
    }
    return std::nullopt;
}

std::string DropReport::describe() const {
    std::string list;
    for (std::size_t agent = 0; agent < names_.size(); ++agent) {
        if (dropped_[agent] > 0) {
            list += (list.empty() ? "" : ", ") + ("'" + names_[agent] + "' (") +
                    std::to_string(dropped_[agent]) + ")";
        }
    }
    return "The oldest messages were dropped for " + list +
           ": messages come faster than they are handled there.";
}

}  // namespace drover
