#include "bench/paced.hpp"

#include <algorithm>
#include <stdexcept>

namespace drover::bench {
namespace {

constexpr double nanoseconds_in_millisecond = 1e6;

std::string config_head(const Workshop& workshop, const std::string& feed, const Offer& offer) {
    return "config: {sheet: " + workshop.sheet().string() + ", topic: b." + feed +
           ", feed: " + feed + ", messages: " + std::to_string(offer.messages()) +
           ", timed: " + std::to_string(offer.timed());
}

bench_stamp stamp_of(const std::string& what,
                     Workshop& workshop,
                     std::size_t receiver,
                     bench_finding finding) {
    const auto kind =
        static_cast<bench_stamp_kind>(bench_kind_of(static_cast<std::uint32_t>(receiver), finding));
    const auto found = workshop.stamps().wait_for(kind, 1);
    if (found.empty()) {
        throw std::runtime_error(what + ": receiver " + std::to_string(receiver) +
                                 " did not see the end within a minute");
    }
    return found.front();
}

double milliseconds(std::int64_t nanoseconds) {
    return static_cast<double>(nanoseconds) / nanoseconds_in_millisecond;
}

}  // namespace

double Finding::lost_percent() const {
    constexpr double all = 100;
    return received + lost == 0
               ? 0
               : all * static_cast<double>(lost) / static_cast<double>(received + lost);
}

std::string pacer_line(const Workshop& workshop,
                       const std::string& feed,
                       const Offer& offer,
                       std::size_t receivers) {
    return "  " + feed + "-source: {plugin: " + bench_plugin().string() + ", agent: pacer, " +
           config_head(workshop, feed, offer) + ", records: " + std::to_string(offer.records) +
           ", rate: " + std::to_string(static_cast<std::int64_t>(offer.rate)) +
           ", receivers: " + std::to_string(receivers) + "}}\n";
}

std::string watcher_line(const Workshop& workshop,
                         const std::string& feed,
                         const Offer& offer,
                         std::size_t number,
                         const std::string& more) {
    return "  " + feed + "-" + std::to_string(number) + ": {plugin: " + bench_plugin().string() +
           ", agent: watcher, " + config_head(workshop, feed, offer) +
           ", id: " + std::to_string(number) + more + "}}\n";
}

Paced read_paced(const std::string& what,
                 Workshop& workshop,
                 const Offer& offer,
                 std::size_t receivers) {
    Paced paced;
    for (std::size_t number = 0; number < receivers; ++number) {
        const bench_stamp messages = stamp_of(what, workshop, number, BENCH_MESSAGES);
        const bench_stamp latency = stamp_of(what, workshop, number, BENCH_LATENCY);
        const bench_stamp lateness = stamp_of(what, workshop, number, BENCH_LATENESS);
        paced.receivers.push_back({messages.value,
                                   messages.more,
                                   milliseconds(latency.value),
                                   milliseconds(latency.more),
                                   milliseconds(lateness.more)});
    }
    // A second publisher beside it takes as long, so the slower of both is what counts.
    paced.offered = offer.rate;
    const auto first = workshop.stamps().of(BENCH_FIRST_SENT);
    for (const bench_stamp& last : workshop.stamps().of(BENCH_LAST_SENT)) {
        for (const bench_stamp& begin : first) {
            const double took = static_cast<double>(last.time - begin.time) / 1e9;
            const double reached = static_cast<double>(offer.messages()) * offer.records / took;
            paced.offered =
                begin.pid == last.pid ? std::min(paced.offered, reached) : paced.offered;
        }
    }
    return paced;
}

Paced paced_proxy(const Offer& offer, const std::vector<int>& sleeps, bool drops) {
    Workshop workshop;
    const auto peer = bench_program("zeromq_peer");
    const std::string sheet = workshop.sheet().string();
    const std::string front = "ipc://" + (workshop.folder() / "a").string();
    const std::string back = "ipc://" + (workshop.folder() / "b").string();
    const std::string messages = std::to_string(offer.messages());
    std::vector<std::string> proxy{"proxy", front, back};
    if (drops) {
        proxy.emplace_back("drop");
    }
    std::vector<Program> running;
    running.push_back(workshop.start(peer, proxy));
    for (std::size_t number = 0; number < sleeps.size(); ++number) {
        running.push_back(workshop.start(peer,
                                         {"watch",
                                          sheet,
                                          back,
                                          messages,
                                          std::to_string(number),
                                          std::to_string(sleeps[number]),
                                          std::to_string(offer.timed())}));
    }
    running.push_back(workshop.start(peer,
                                     {"pace",
                                      sheet,
                                      "connect",
                                      front,
                                      std::to_string(sleeps.size()),
                                      messages,
                                      std::to_string(offer.records),
                                      std::to_string(offer.rate)}));
    return read_paced("zmq_proxy", workshop, offer, sleeps.size());
}

}  // namespace drover::bench
