// The paced agents' peers without drover.
#include "bench/zeromq_paced.hpp"

#include <chrono>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "bench/latencies.hpp"
#include "bench/tick.hpp"

namespace drover::bench {
namespace {

void send_tick(void* socket, std::vector<std::byte>& frame, const Tick& tick) {
    std::memcpy(frame.data() + frame_head, &tick, sizeof(tick));
    while (zmq_send(socket, frame.data(), frame.size(), 0) < 0) {
        if (zmq_errno() != EINTR && zmq_errno() != EAGAIN) {
            give_up("send");
        }
    }
}

}  // namespace

int pace(const Arguments& given) {
    bench_sheet* const sheet = bench_open_sheet(given.at(0).c_str());
    void* const context = zmq_ctx_new();
    void* const socket = lossless_publisher(context);
    attach(socket, given.at(1), given.at(2));
    wait_for_receivers(socket, std::stoi(given.at(3)));
    const std::uint64_t messages = std::stoull(given.at(4));
    const std::size_t records = std::stoul(given.at(5));
    const double rate = std::stod(given.at(6)) / static_cast<double>(records);
    std::vector<std::byte> frame(frame_head + records * sizeof(Tick));
    std::memcpy(frame.data(), tick_topic, std::strlen(tick_topic));
    const std::int64_t began = bench_now();
    bench_stamp_at(sheet, BENCH_FIRST_SENT, began, 0, 0);
    Tick tick{};
    for (std::uint64_t sent = 0; sent < messages;) {
        const std::uint64_t due = messages_due(bench_now() - began, rate);
        for (; sent < std::min(due, messages); ++sent) {
            tick.sequence = sent;
            tick.values[due_value] = static_cast<std::uint64_t>(began + due_after(sent, rate));
            tick.values[published_value] = static_cast<std::uint64_t>(bench_now());
            send_tick(socket, frame, tick);
        }
        std::this_thread::sleep_for(std::chrono::nanoseconds(pacing));
    }
    bench_stamp_now(sheet, BENCH_LAST_SENT);
    tick.values[end_value] = 1;
    while (true) {
        send_tick(socket, frame, tick);
        // Until it is killed: who has seen the end once ends, and others may have missed it.
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

int watch(const Arguments& given) {
    bench_sheet* const sheet = bench_open_sheet(given.at(0).c_str());
    void* const socket = tick_receiver(zmq_ctx_new(), given.at(1));
    const std::int64_t messages = std::stoll(given.at(2));
    const auto receiver = static_cast<std::uint32_t>(std::stoul(given.at(3)));
    const std::chrono::microseconds sleep(std::stoll(given.at(4)));
    Latencies latencies;
    latencies.expect(std::stoull(given.at(5)));
    if (sleep.count() > 0) {
        sleep_exactly();
    }
    zmq_msg_t message;
    zmq_msg_init(&message);
    while (true) {
        if (zmq_msg_recv(&message, socket, 0) < 0) {
            continue;
        }
        Tick tick{};
        std::memcpy(&tick,
                    static_cast<const std::byte*>(zmq_msg_data(&message)) + frame_head,
                    sizeof(tick));
        if (tick.values[end_value] != 0) {
            latencies.write(sheet, receiver, messages);
            return 0;
        }
        latencies.add(
            tick.sequence, bench_now(), tick.values[published_value], tick.values[due_value]);
        if (sleep.count() > 0) {
            std::this_thread::sleep_for(sleep);
        }
    }
}

}  // namespace drover::bench
