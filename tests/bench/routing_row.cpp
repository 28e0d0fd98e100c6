// Records per second to the slowest of 1, 3 and 8 receivers, from the SDK's publish to the plugin's
// callback, beside zmq_proxy and a direct ZeroMQ fan-out with frames of the same size.
#include <algorithm>
#include <stdexcept>
#include <string>

#include "bench/rows.hpp"
#include "bench/tick.hpp"
#include "bench/workshop.hpp"

namespace drover::bench {
namespace {

/// As long as the router's queue for one receiver: nothing of it can be dropped.
constexpr int window = 1024;

struct Load {
    int receivers = 1;
    std::uint32_t records = 1;  ///< In one message.
    std::uint64_t messages = 0;
};

/// About a second each on two cores.
Load load_of(int receivers, bool is_batched, bool is_quick) {
    const std::uint64_t singles = 1'200'000 / static_cast<std::uint64_t>(receivers + 1);
    const std::uint64_t messages = is_batched ? singles / 3 : singles;
    return {receivers, is_batched ? batch : 1, is_quick ? messages / 10 : messages};
}

/// Records a second from the first publish to what the slowest receiver got last.
double rate_of(const std::string& what, Workshop& workshop, const Load& load) {
    const auto sent = workshop.stamps().wait_for(BENCH_FIRST_SENT, 1);
    const auto received =
        workshop.stamps().wait_for(BENCH_LAST_RECEIVED, static_cast<std::size_t>(load.receivers));
    if (sent.empty() || received.size() < static_cast<std::size_t>(load.receivers)) {
        throw std::runtime_error(what + ": " + std::to_string(received.size()) + " of " +
                                 std::to_string(load.receivers) +
                                 " receivers got every message within a minute");
    }
    std::int64_t last = 0;
    for (const bench_stamp& stamp : received) {
        if (stamp.more != 0 ||
            stamp.value != static_cast<std::int64_t>(load.messages * load.records)) {
            throw std::runtime_error(what + ": a receiver lost " + std::to_string(stamp.more) +
                                     " messages");
        }
        last = std::max(last, stamp.time);
    }
    return static_cast<double>(load.messages * load.records) * 1e9 /
           static_cast<double>(last - sent.front().time);
}

double rate_of_drover(const Load& load) {
    Workshop workshop;
    const std::string common =
        "sheet: " + workshop.sheet().string() + ", messages: " + std::to_string(load.messages);
    std::string text =
        "version: 1\nname: bench-routing\nclock: wall\nagents:\n  source: {plugin: " +
        bench_plugin().string() + ", agent: source, config: {" + common +
        ", records: " + std::to_string(load.records) +
        ", receivers: " + std::to_string(load.receivers) + ", window: " + std::to_string(window) +
        "}}\n";
    for (int sink = 1; sink <= load.receivers; ++sink) {
        text += "  sink-" + std::to_string(sink) + ": {plugin: " + bench_plugin().string() +
                ", agent: sink, config: {" + common + "}}\n";
    }
    const auto file = workshop.write("agents.yaml", text);
    workshop.drover({"up", "-d", "-f", file.string()});
    const double rate = rate_of("drover", workshop, load);
    workshop.drover({"down"});
    return rate;
}

/// With or without zmq_proxy between.
double rate_of_zeromq(const Load& load, bool has_proxy) {
    Workshop workshop;
    const auto peer = bench_program("zeromq_peer");
    const std::string sheet = workshop.sheet().string();
    const std::string first = "ipc://" + (workshop.folder() / "a").string();
    const std::string second = "ipc://" + (workshop.folder() / "b").string();
    std::vector<Program> running;
    if (has_proxy) {
        running.push_back(workshop.start(peer, {"proxy", first, second}));
    }
    for (int receiver = 0; receiver < load.receivers; ++receiver) {
        running.push_back(workshop.start(
            peer, {"receive", sheet, has_proxy ? second : first, std::to_string(load.messages)}));
    }
    running.push_back(workshop.start(peer,
                                     {"publish",
                                      sheet,
                                      has_proxy ? "connect" : "bind",
                                      first,
                                      std::to_string(load.receivers),
                                      std::to_string(load.messages),
                                      std::to_string(load.records)}));
    return rate_of(has_proxy ? "zmq_proxy" : "direct ZeroMQ", workshop, load);
}

/// One by one the proxy is matched more nearly by few receivers than by many.
double least_of_proxy(int receivers, bool is_batched) {
    if (is_batched) {
        return 0.95;
    }
    return receivers == 8 ? 0.85 : 0.9;
}

std::vector<Target> targets_of(int receivers, bool is_batched) {
    constexpr double least_batched_to_three = 5.5e6;
    std::vector<Target> targets{
        {Target::Of::ratio, Target::Bound::at_least, least_of_proxy(receivers, is_batched)}};
    if (is_batched && receivers == 3) {
        targets.push_back({Target::Of::value, Target::Bound::at_least, least_batched_to_three});
    }
    return targets;
}

}  // namespace

std::vector<Figure> measure_routing(const Settings& settings) {
    std::vector<Figure> figures;
    for (const bool is_batched : {true, false}) {
        for (const int receivers : {1, 3, 8}) {
            const std::string mode = is_batched ? "batched" : "single";
            const std::string to = std::to_string(receivers);
            Figure routed{"routed." + mode + "." + to,
                          (is_batched ? "batched 64, to " : "one by one, to ") + to,
                          "records/s",
                          {},
                          "zmq_proxy",
                          {},
                          targets_of(receivers, is_batched),
                          ""};
            Figure direct = routed;
            direct.name += ".direct";
            direct.floor_name = "direct ZeroMQ";
            direct.targets.clear();
            const Load load = load_of(receivers, is_batched, settings.quick);
            for (int run = 0; run < settings.runs; ++run) {
                routed.floor_runs.push_back(rate_of_zeromq(load, true));
                routed.runs.push_back(rate_of_drover(load));
                direct.floor_runs.push_back(rate_of_zeromq(load, false));
            }
            direct.runs = routed.runs;
            figures.push_back(routed);
            figures.push_back(direct);
        }
    }
    return figures;
}

}  // namespace drover::bench
