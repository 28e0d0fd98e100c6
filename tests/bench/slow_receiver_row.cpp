// A receiver that sleeps 100 µs a message beside a fast one, at 200,000 messages a second or what
// the machine routes: what the fast one loses, and how old the slow one's messages are; beside
// zmq_proxy, which drops for who is slow.
#include <algorithm>
#include <cstdio>
#include <string>

#include "bench/paced.hpp"
#include "bench/rows.hpp"

namespace drover::bench {
namespace {

constexpr int slow_sleep = 100;    // µs
constexpr double most_lost = 0.1;  // %
constexpr double wanted_rate = 200'000;

Paced slow_beside_fast(const Offer& offer) {
    Workshop workshop;
    const std::string text =
        "version: 1\nname: bench-slow\nclock: wall\nagents:\n" +
        pacer_line(workshop, "ticks", offer, 2) + watcher_line(workshop, "ticks", offer, 0) +
        watcher_line(workshop, "ticks", offer, 1, ", sleep: " + std::to_string(slow_sleep));
    workshop.drover({"up", "-d", "-f", workshop.write("agents.yaml", text).string()});
    Paced paced = read_paced("drover", workshop, offer, 2);
    workshop.drover({"down"});
    return paced;
}

Offer single_messages(double rate, const Settings& settings) {
    return {rate, 1, settings.quick ? 0.3 : 2.0};
}

/// The highest of a few rates that the publisher reaches and the fast one keeps up with.
double bearable_rate(const Settings& settings) {
    constexpr double nearly = 0.97;
    constexpr double lowest = 25'000;
    for (const double rate : {wanted_rate, 150'000.0, 100'000.0, 50'000.0}) {
        const Paced tried = slow_beside_fast(single_messages(rate, settings));
        if (tried.offered >= nearly * rate && tried.receivers.front().lost_percent() < most_lost) {
            return rate;
        }
    }
    return lowest;
}

std::string thousands(double rate) {
    constexpr double thousand = 1000;
    char text[32];
    std::snprintf(text, sizeof(text), "%.0f k", rate / thousand);
    return text;
}

}  // namespace

std::vector<Figure> measure_slow_receiver(const Settings& settings) {
    const double rate = bearable_rate(settings);
    const auto at_most = [](double limit, bool judged_by_worst = false) {
        return std::vector<Target>{
            {Target::Of::value, Target::Bound::at_most, limit, judged_by_worst}};
    };
    const std::string offered = thousands(rate) + " messages/s, a slow receiver beside a fast one";
    Figure lost{"slow.fast_lost",
                offered + ": the fast one loses",
                "%",
                {},
                "zmq_proxy",
                {},
                at_most(most_lost, true),
                ""};
    Figure p99{"slow.fast_p99",
               "the fast one, publish to callback, p99",
               "ms",
               {},
               "zmq_proxy",
               {},
               at_most(0.5),
               ""};
    Figure stale{"slow.staleness_p99",
                 "the slow one, how old its messages are, p99",
                 "ms",
                 {},
                 "zmq_proxy",
                 {},
                 at_most(30),
                 "it sleeps 100 µs a message, with a timer slack of 1 ns, and needs as long as the "
                 "machine takes to wake it; at the default credit; while the flow lasts"};
    double least = rate;
    for (int run = 0; run < settings.runs; ++run) {
        const Offer offer = single_messages(rate, settings);
        const Paced beside = paced_proxy(offer, {0, slow_sleep}, true);
        const Paced ours = slow_beside_fast(offer);
        lost.runs.push_back(ours.receivers[0].lost_percent());
        lost.floor_runs.push_back(beside.receivers[0].lost_percent());
        p99.runs.push_back(ours.receivers[0].latency_p99);
        p99.floor_runs.push_back(beside.receivers[0].latency_p99);
        stale.runs.push_back(ours.receivers[1].latency_p99);
        stale.floor_runs.push_back(beside.receivers[1].latency_p99);
        least = std::min(least, ours.offered);
    }
    lost.note = "the publisher reached at least " + thousands(least) + " messages/s";
    if (rate < wanted_rate) {
        lost.note +=
            "; 200 k are asked for, and of 200 k, 150 k, 100 k and 50 k this is the most "
            "that this machine offered while the fast one lost less than 0.1 % (25 k: "
            "none of them)";
    }
    return {lost, p99, stale};
}

}  // namespace drover::bench
