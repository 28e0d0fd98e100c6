// Durable messages a second from the SDK's publish to the receiver's callback: the sender's commit,
// the router's log and the receiver's commit, each on disk, and never more than 64 on their way.
#include <stdexcept>
#include <string>

#include "bench/jetstream.hpp"
#include "bench/rows.hpp"
#include "bench/tick.hpp"
#include "bench/workshop.hpp"

namespace drover::bench {
namespace {

constexpr int durable_window = 64;
constexpr int reported_every = 16;
constexpr std::uint64_t durable_messages = 150'000;
constexpr std::uint32_t ticks_of_256_bytes = 4;
constexpr double least_durable_rate = 150'000;

double durable_rate(std::uint64_t messages) {
    Workshop workshop;
    const std::string common =
        "sheet: " + workshop.sheet().string() + ", messages: " + std::to_string(messages);
    const std::string plugin = bench_plugin().string();
    const auto file =
        workshop.write("agents.yaml",
                       "version: 1\nname: bench-durable\nclock: wall\ntopics:\n"
                       "  \"b.ticks\": {delivery: durable, receivers: [sink-1]}\nagents:\n"
                       "  source: {plugin: " +
                           plugin + ", agent: source, config: {" + common +
                           ", records: " + std::to_string(ticks_of_256_bytes) +
                           ", receivers: 1, window: " + std::to_string(durable_window) +
                           "}}\n"
                           "  sink-1: {plugin: " +
                           plugin + ", agent: sink, config: {" + common +
                           ", every: " + std::to_string(reported_every) + "}}\n");
    workshop.drover({"up", "-d", "-f", file.string()});
    const auto sent = workshop.stamps().wait_for(BENCH_FIRST_SENT, 1);
    const auto received = workshop.stamps().wait_for(BENCH_LAST_RECEIVED, 1);
    if (sent.empty() || received.empty()) {
        throw std::runtime_error("the receiver did not get every durable message in a minute");
    }
    const auto wanted = static_cast<std::int64_t>(messages * ticks_of_256_bytes);
    if (received.front().more != 0 || received.front().value != wanted) {
        throw std::runtime_error("the receiver got " + std::to_string(received.front().value) +
                                 " records of durable messages instead of " +
                                 std::to_string(wanted));
    }
    const double seconds = static_cast<double>(received.front().time - sent.front().time) / 1e9;
    workshop.drover({"down"});
    return static_cast<double>(messages) / seconds;
}

}  // namespace

std::vector<Figure> measure_durable(const Settings& settings) {
    Figure figure{"durable.end_to_end",
                  "durable, 256 bytes, window 64, sender to receiver, every commit synced",
                  "messages/s",
                  {},
                  "JetStream, acknowledged without a sync, nobody receives",
                  {},
                  {{Target::Of::value, Target::Bound::at_least, least_durable_rate}},
                  ""};
    const auto server = nats_server();
    if (!server) {
        figure.floor_name.clear();
        figure.note =
            "nats-server, Debian's package, is not installed here, so no peer is beside it";
    }
    const std::uint64_t messages = settings.quick ? durable_messages / 20 : durable_messages;
    for (int run = 0; run < settings.runs; ++run) {
        figure.runs.push_back(durable_rate(messages));
        if (server) {
            figure.floor_runs.push_back(jetstream_rate(
                *server, messages, ticks_of_256_bytes * sizeof(Tick), durable_window));
        }
    }
    return {figure};
}

}  // namespace drover::bench
