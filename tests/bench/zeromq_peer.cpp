// What raw ZeroMQ does with the same frames, in processes of its own: a publisher, receivers, the
// proxy that comes with libzmq, and a round trip between two sockets.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <zmq.h>

#include "bench/stamp_sheet.h"
#include "bench/tick.hpp"
#include "bench/zeromq_paced.hpp"
#include "bench/zeromq_parts.hpp"

namespace drover::bench {
namespace {

/// ENDPOINT_IN ENDPOINT_OUT [drop]: with the last one it drops for who is slow, else it waits.
int proxy(const Arguments& given) {
    void* const context = zmq_ctx_new();
    void* const front = socket_of(context, ZMQ_XSUB);
    void* const back =
        given.size() > 2 ? socket_of(context, ZMQ_XPUB) : lossless_publisher(context);
    attach(front, "bind", given.at(0));
    attach(back, "bind", given.at(1));
    return zmq_proxy(front, back, nullptr) == 0 ? 0 : 1;
}

/// SHEET bind|connect ENDPOINT RECEIVERS MESSAGES RECORDS
int publish(const Arguments& given) {
    bench_sheet* const sheet = bench_open_sheet(given.at(0).c_str());
    void* const context = zmq_ctx_new();
    void* const socket = lossless_publisher(context);
    attach(socket, given.at(1), given.at(2));
    wait_for_receivers(socket, std::stoi(given.at(3)));
    const std::uint64_t messages = std::stoull(given.at(4));
    std::vector<std::byte> frame(frame_head + std::stoul(given.at(5)) * sizeof(Tick));
    std::memcpy(frame.data(), tick_topic, std::strlen(tick_topic));
    bench_stamp_now(sheet, BENCH_FIRST_SENT);
    for (std::uint64_t number = 1; number <= messages; ++number) {
        std::memcpy(frame.data() + frame_head - sizeof number, &number, sizeof number);
        zmq_msg_t message;
        must(zmq_msg_init_size(&message, frame.size()), "message");
        std::memcpy(zmq_msg_data(&message), frame.data(), frame.size());
        while (zmq_msg_send(&message, socket, 0) < 0) {
            if (zmq_errno() != EINTR && zmq_errno() != EAGAIN) {
                give_up("send");
            }
        }
    }
    while (true) {
        zmq_poll(nullptr, 0, -1);  // Until it is killed: closing would drop what is on its way.
    }
}

/// SHEET ENDPOINT MESSAGES
int receive(const Arguments& given) {
    bench_sheet* const sheet = bench_open_sheet(given.at(0).c_str());
    void* const socket = tick_receiver(zmq_ctx_new(), given.at(1));
    const std::uint64_t messages = std::stoull(given.at(2));
    std::int64_t records = 0;
    std::int64_t lost = 0;
    std::uint64_t last = 0;
    zmq_msg_t message;
    zmq_msg_init(&message);
    while (last < messages) {
        if (zmq_msg_recv(&message, socket, 0) < 0) {
            continue;
        }
        const auto* const bytes = static_cast<const std::byte*>(zmq_msg_data(&message));
        std::uint64_t number = 0;
        std::memcpy(&number, bytes + frame_head - sizeof number, sizeof number);
        lost += static_cast<std::int64_t>(number - last - 1);
        last = number;
        records += static_cast<std::int64_t>((zmq_msg_size(&message) - frame_head) / sizeof(Tick));
    }
    bench_stamp_at(sheet, BENCH_LAST_RECEIVED, bench_now(), records, lost);
    return 0;
}

/// SHEET ENDPOINT TRIPS
int ping(const Arguments& given) {
    bench_sheet* const sheet = bench_open_sheet(given.at(0).c_str());
    void* const context = zmq_ctx_new();
    void* const socket = socket_of(context, ZMQ_DEALER);
    attach(socket, "bind", given.at(1));
    const std::size_t trips = std::stoul(given.at(2));
    const std::vector<std::byte> frame(frame_head + sizeof(Tick));
    std::vector<std::int64_t> took;
    zmq_msg_t message;
    zmq_msg_init(&message);
    for (std::size_t trip = 0; trip <= trips; ++trip) {
        const std::int64_t sent = bench_now();
        must(zmq_send(socket, frame.data(), frame.size(), 0), "send");
        must(zmq_msg_recv(&message, socket, 0), "receive");
        if (trip > 0) {
            took.push_back(bench_now() - sent);
        }
    }
    std::ranges::sort(took);
    bench_stamp_at(
        sheet, BENCH_ROUND_TRIP, bench_now(), took[trips / 2], took[trips - 1 - trips / 100]);
    return 0;
}

/// ENDPOINT
int pong(const Arguments& given) {
    void* const context = zmq_ctx_new();
    void* const socket = socket_of(context, ZMQ_DEALER);
    attach(socket, "connect", given.at(0));
    zmq_msg_t message;
    zmq_msg_init(&message);
    while (zmq_msg_recv(&message, socket, 0) >= 0) {
        must(zmq_msg_send(&message, socket, 0), "send");
    }
    return 0;
}

int run(std::string_view what, const Arguments& given) {
    return what == "proxy"     ? proxy(given)
           : what == "publish" ? publish(given)
           : what == "receive" ? receive(given)
           : what == "pace"    ? pace(given)
           : what == "watch"   ? watch(given)
           : what == "ping"    ? ping(given)
           : what == "pong"    ? pong(given)
                               : 2;
}

}  // namespace
}  // namespace drover::bench

int main(int count, char** arguments) {
    if (count < 2) {
        return 2;
    }
    return drover::bench::run(arguments[1], {arguments + 2, arguments + count});
}
