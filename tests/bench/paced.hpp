/// Measurements in which a publisher offers messages at a rate: the fleets, their peers without
/// drover, and what their receivers found out.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/workshop.hpp"

namespace drover::bench {

/// What is offered, on b.ticks.
struct Offer {
    double rate = 0;            ///< Records a second.
    std::uint32_t records = 1;  ///< In one message.
    double seconds = 1;

    [[nodiscard]] std::uint64_t messages() const {
        return static_cast<std::uint64_t>(rate * seconds / records);
    }
    /// Those whose age counts. Behind the last ones nothing newer comes that would take the place
    /// of what waits, so that a slow receiver works through its queue: that is no flow any more.
    [[nodiscard]] std::uint64_t timed() const {
        constexpr double longest_end = 0.5;  // s
        constexpr double largest_part = 0.25;
        const double end = std::min(longest_end, seconds * largest_part);
        return static_cast<std::uint64_t>(rate * (seconds - end) / records);
    }
};

/// What one receiver found out. Times in ms.
struct Finding {
    std::int64_t received = 0;  ///< Messages.
    std::int64_t lost = 0;
    double latency_p50 = 0;  ///< From publish to callback.
    double latency_p99 = 0;
    double lateness_p99 = 0;  ///< From when it was due to its callback.

    [[nodiscard]] double lost_percent() const;
};

/// What one run showed.
struct Paced {
    double offered = 0;  ///< Records a second that the publisher reached.
    std::vector<Finding> receivers;
};

/// Lines of agents.yaml for a publisher of `feed` on `topic`, and for receiver `number` of it;
/// `more` is added to the configuration.
[[nodiscard]] std::string pacer_line(const Workshop& workshop,
                                     const std::string& feed,
                                     const Offer& offer,
                                     std::size_t receivers);
[[nodiscard]] std::string watcher_line(const Workshop& workshop,
                                       const std::string& feed,
                                       const Offer& offer,
                                       std::size_t number,
                                       const std::string& more = {});

/// Waits until all receivers from 0 have written down what they found. Throws when that takes more
/// than a minute.
[[nodiscard]] Paced read_paced(const std::string& what,
                               Workshop& workshop,
                               const Offer& offer,
                               std::size_t receivers);

/// The same through zmq_proxy, one receiver a value of `sleeps`, in µs a message; where it `drops`,
/// the proxy drops for who is slow, otherwise it waits.
[[nodiscard]] Paced paced_proxy(const Offer& offer, const std::vector<int>& sleeps, bool drops);

}  // namespace drover::bench
