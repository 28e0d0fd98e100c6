// A 64-byte record to another agent and back, through the router, beside two processes with a
// ZeroMQ socket each and nothing between.
#include <stdexcept>
#include <string>

#include "bench/rows.hpp"
#include "bench/workshop.hpp"

namespace drover::bench {
namespace {

struct RoundTrip {
    double median = 0;  ///< µs
    double tail = 0;    ///< µs, p99
};

RoundTrip read_round_trip(Workshop& workshop) {
    const auto found = workshop.stamps().wait_for(BENCH_ROUND_TRIP, 1);
    if (found.empty()) {
        throw std::runtime_error("the round trips did not end within a minute");
    }
    return {static_cast<double>(found.front().value) / 1000,
            static_cast<double>(found.front().more) / 1000};
}

RoundTrip through_drover(int trips) {
    Workshop workshop;
    const auto file = workshop.write(
        "agents.yaml",
        "version: 1\nname: bench-round-trip\nclock: wall\nagents:\n  ping: {plugin: " +
            bench_plugin().string() + ", agent: ping, config: {sheet: " +
            workshop.sheet().string() + ", messages: " + std::to_string(trips) +
            "}}\n  pong: {plugin: " + bench_plugin().string() + ", agent: pong}\n");
    workshop.drover({"up", "-d", "-f", file.string()});
    const RoundTrip took = read_round_trip(workshop);
    workshop.drover({"down"});
    return took;
}

RoundTrip direct(int trips) {
    Workshop workshop;
    const auto peer = bench_program("zeromq_peer");
    const std::string endpoint = "ipc://" + (workshop.folder() / "a").string();
    const Program pong = workshop.start(peer, {"pong", endpoint});
    const Program ping =
        workshop.start(peer, {"ping", workshop.sheet().string(), endpoint, std::to_string(trips)});
    return read_round_trip(workshop);
}

}  // namespace

std::vector<Figure> measure_round_trip(const Settings& settings) {
    constexpr int many_trips = 20'000;
    const int trips = settings.quick ? many_trips / 10 : many_trips;
    const std::vector<Target> target{{Target::Of::ratio, Target::Bound::at_most, 2.3}};
    Figure median{"round_trip.p50", "round trip p50", "µs", {}, "direct ZeroMQ", {}, target, ""};
    Figure tail{"round_trip.p99", "round trip p99", "µs", {}, "direct ZeroMQ", {}, target, ""};
    for (int run = 0; run < settings.runs; ++run) {
        const RoundTrip beside = direct(trips);
        const RoundTrip ours = through_drover(trips);
        median.floor_runs.push_back(beside.median);
        median.runs.push_back(ours.median);
        tail.floor_runs.push_back(beside.tail);
        tail.runs.push_back(ours.tail);
    }
    return {median, tail};
}

}  // namespace drover::bench
