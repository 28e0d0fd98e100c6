/// How many events each unit may cause, so that one that floods harms neither droverd nor the
/// records of the others.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace drover {

/// A bucket of events for each unit: `most` at once, `each_second` come back. One thread.
class EventBudget {
public:
    static constexpr double most = 100;
    static constexpr double each_second = 20;

    /// Whether the unit may cause one more event now; one that may not is counted.
    [[nodiscard]] bool take(const std::string& unit, Monotonic now) {
        Bucket& bucket = buckets_.try_emplace(unit, Bucket{most, now, 0}).first->second;
        fill(bucket, now);
        if (bucket.left < 1) {
            ++bucket.suppressed;
            return false;
        }
        bucket.left -= 1;
        return true;
    }

    /// The units of which events were not recorded, how many, and forgets the number. A unit that
    /// still floods is told of once a second.
    [[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> take_suppressed(
        Monotonic now) {
        std::vector<std::pair<std::string, std::uint64_t>> suppressed;
        for (auto& [unit, bucket] : buckets_) {
            if (bucket.suppressed > 0 && now >= bucket.told + std::chrono::seconds(1)) {
                bucket.told = now;
                suppressed.emplace_back(unit, std::exchange(bucket.suppressed, 0));
            }
        }
        return suppressed;
    }

private:
    struct Bucket {
        double left = most;
        Monotonic filled{};
        std::uint64_t suppressed = 0;
        Monotonic told{};
    };

    static void fill(Bucket& bucket, Monotonic now) {
        const std::chrono::duration<double> passed = now - bucket.filled;
        bucket.left = std::min(most, bucket.left + passed.count() * each_second);
        bucket.filled = now;
    }

    std::map<std::string, Bucket> buckets_;
};

}  // namespace drover
