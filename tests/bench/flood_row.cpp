// A million records a second offered to three agents, in messages of 64, with durable traffic
// beside: how old they are when they are handled, and whether any is lost; beside zmq_proxy.
#include <algorithm>
#include <cstdio>
#include <string>

#include "bench/paced.hpp"
#include "bench/rows.hpp"
#include "bench/tick.hpp"

namespace drover::bench {
namespace {

constexpr std::size_t flood_receivers = 3;
/// An order flow: messages of 256 bytes.
constexpr double durable_rate_beside = 500;  // messages/s
constexpr std::uint32_t durable_records = 4;
constexpr double target_rate = 1e6;

struct Flood {
    Finding worst;  ///< Of the three, each figure by itself.
    Finding durable;
    double offered = 0;

    [[nodiscard]] bool is_clean(double rate) const {
        constexpr double nearly = 0.97;
        constexpr double growing = 20;  // ms: more waits somewhere than one burst.
        return worst.lost == 0 && durable.lost == 0 && offered >= nearly * rate &&
               worst.latency_p99 < growing;
    }
};

Flood flood_of(const Paced& paced) {
    Flood flood;
    flood.offered = paced.offered;
    for (std::size_t number = 0; number < flood_receivers; ++number) {
        const Finding& one = paced.receivers[number];
        flood.worst.received = one.received;
        flood.worst.lost = std::max(flood.worst.lost, one.lost);
        flood.worst.latency_p99 = std::max(flood.worst.latency_p99, one.latency_p99);
        flood.worst.lateness_p99 = std::max(flood.worst.lateness_p99, one.lateness_p99);
    }
    if (paced.receivers.size() > flood_receivers) {
        flood.durable = paced.receivers.back();
    }
    return flood;
}

Offer offer_of(double rate, const Settings& settings) {
    return {rate, batch, settings.quick ? 0.3 : 2.0};
}

Flood flood_through_drover(const Offer& offer) {
    Workshop workshop;
    const Offer durable{durable_rate_beside * durable_records, durable_records, offer.seconds};
    std::string text =
        "version: 1\nname: bench-flood\nclock: wall\ntopics:\n  \"b.orders\": {delivery: durable, "
        "receivers: [orders-" +
        std::to_string(flood_receivers) + "]}\nagents:\n" +
        pacer_line(workshop, "ticks", offer, flood_receivers) +
        pacer_line(workshop, "orders", durable, 1) +
        watcher_line(workshop, "orders", durable, flood_receivers);
    for (std::size_t number = 0; number < flood_receivers; ++number) {
        text += watcher_line(workshop, "ticks", offer, number);
    }
    workshop.drover({"up", "-d", "-f", workshop.write("agents.yaml", text).string()});
    const Flood flood = flood_of(read_paced("drover", workshop, offer, flood_receivers + 1));
    workshop.drover({"down"});
    return flood;
}

std::string in_thousands(double rate) {
    constexpr double thousand = 1000;
    char text[32];
    std::snprintf(text, sizeof(text), "%.0f k", rate / thousand);
    return text;
}

/// The figures of one rate; `asks` for what the issue asks of a million.
std::vector<Figure> flood_at(double rate, bool asks, const Settings& settings) {
    const std::string key = "flood." + in_thousands(rate).substr(0, in_thousands(rate).find(' '));
    const std::string title = in_thousands(rate) + " records/s offered to 3 agents, durable beside";
    const auto at_most = [&](double limit, bool judged_by_worst = false) {
        return asks ? std::vector<Target>{{Target::Of::value,
                                           Target::Bound::at_most,
                                           limit,
                                           judged_by_worst}}
                    : std::vector<Target>{};
    };
    Figure p99{key + ".p99", title + ": p99", "ms", {}, "zmq_proxy", {}, at_most(1), ""};
    Figure due{
        key + ".due_p99", "the same from when it was due", "ms", {}, "zmq_proxy", {}, {}, ""};
    Figure lost{key + ".lost", "the same, lost", "%", {}, "zmq_proxy", {}, at_most(0, true), ""};
    Figure durable{key + ".durable_p99",
                   "durable messages beside it, publish to callback, p99",
                   "ms",
                   {},
                   "",
                   {},
                   {},
                   "500 messages/s of 256 bytes; none of them was lost"};
    double least_offered = rate;
    std::int64_t durable_lost = 0;
    for (int run = 0; run < settings.runs; ++run) {
        const Offer offer = offer_of(rate, settings);
        const Flood beside = flood_of(paced_proxy(offer, {0, 0, 0}, false));
        const Flood ours = flood_through_drover(offer);
        p99.runs.push_back(ours.worst.latency_p99);
        p99.floor_runs.push_back(beside.worst.latency_p99);
        due.runs.push_back(ours.worst.lateness_p99);
        due.floor_runs.push_back(beside.worst.lateness_p99);
        lost.runs.push_back(ours.worst.lost_percent());
        lost.floor_runs.push_back(beside.worst.lost_percent());
        durable.runs.push_back(ours.durable.latency_p99);
        durable_lost += ours.durable.lost;
        least_offered = std::min(least_offered, ours.offered);
    }
    p99.note = "of the three the slowest; the publisher reached at least " +
               in_thousands(least_offered) + " records/s";
    if (durable_lost != 0) {
        durable.note = std::to_string(durable_lost) + " of the durable messages were LOST";
    }
    return {p99, due, lost, durable};
}

}  // namespace

std::vector<Figure> measure_flood(const Settings& settings) {
    auto figures = flood_at(target_rate, true, settings);
    if (flood_through_drover(offer_of(target_rate, settings)).is_clean(target_rate)) {
        return figures;
    }
    for (const double rate : {7.5e5, 5e5, 2.5e5, 1e5}) {
        if (rate == 1e5 || flood_through_drover(offer_of(rate, settings)).is_clean(rate)) {
            auto less = flood_at(rate, false, settings);
            less.front().note +=
                "; the most of 750 k, 500 k, 250 k and 100 k that this machine "
                "routes without loss and with p99 below 20 ms (100 k: or none of them)";
            figures.insert(figures.end(), less.begin(), less.end());
            break;
        }
    }
    return figures;
}

}  // namespace drover::bench
