// The router's durable log alone: messages of 256 bytes that are acknowledged after their sync,
// never more than 64 of them on their way; beside a file that is written and synced 64 messages at
// a time, and beside JetStream.
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "bench/jetstream.hpp"
#include "bench/rows.hpp"
#include "bench/workshop.hpp"
#include "durable_log/segment_log.hpp"

namespace drover::bench {
namespace {

constexpr std::uint64_t log_window = 64;
constexpr std::uint64_t logged_messages = 300'000;
constexpr std::size_t logged_bytes = 256;
constexpr double least_log_rate = 340'000;

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double log_rate(std::uint64_t messages) {
    const Workshop workshop;
    LogDisk disk;
    auto opened = SegmentLog::open({.folder = workshop.folder() / "log"}, disk);
    if (!opened) {
        throw std::runtime_error(opened.error().message);
    }
    SegmentLog& log = *opened.value();
    const std::vector<std::byte> message(logged_bytes, std::byte{7});
    const auto begin = std::chrono::steady_clock::now();
    while (log.synced() < messages) {
        while (log.head() < messages && log.head() - log.synced() < log_window) {
            log.append({RecordKind::message, 1, 1, log.head() + 1, std::nullopt}, message);
        }
        log.commit();
        pollfd item{log.descriptor(), POLLIN, 0};
        ::poll(&item, 1, 1000);
        log.take_news();
        if (const std::string trouble = log.trouble(); !trouble.empty()) {
            throw std::runtime_error(trouble);
        }
    }
    return static_cast<double>(messages) / seconds_since(begin);
}

/// The same bytes into a file that lies there already.
double file_rate(std::uint64_t messages) {
    const Workshop workshop;
    const auto path = workshop.folder() / "file";
    const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    const std::vector<std::byte> block(log_window * record_size(logged_bytes), std::byte{7});
    const std::uint64_t blocks = messages / log_window;
    if (::posix_fallocate(file.number(), 0, static_cast<off_t>(blocks * block.size())) != 0) {
        throw std::runtime_error("no room for the file of the benchmark");
    }
    const auto begin = std::chrono::steady_clock::now();
    for (std::uint64_t done = 0; done < blocks; ++done) {
        const auto offset = static_cast<off_t>(done * block.size());
        if (::pwrite(file.number(), block.data(), block.size(), offset) < 0 ||
            ::fdatasync(file.number()) != 0) {
            throw std::runtime_error("the file of the benchmark cannot be written");
        }
    }
    return static_cast<double>(blocks * log_window) / seconds_since(begin);
}

}  // namespace

std::vector<Figure> measure_log(const Settings& settings) {
    const std::uint64_t messages = settings.quick ? logged_messages / 20 : logged_messages;
    Figure figure{"durable.log",
                  "durable, 256 bytes, window 64: the router's log alone, each acknowledged after "
                  "its sync",
                  "messages/s",
                  {},
                  "pwrite and fdatasync of 64 messages at a time",
                  {},
                  {{Target::Of::value, Target::Bound::at_least, least_log_rate}},
                  ""};
    Figure peer = figure;
    peer.name += ".jetstream";
    peer.title = "the same beside JetStream";
    peer.floor_name = "nats-server JetStream, on disk, acknowledged without a sync";
    peer.targets = {{Target::Of::ratio, Target::Bound::at_least, 1}};
    const auto server = nats_server();
    if (!server) {
        peer.note = "nats-server, Debian's package, is not installed here, so nothing is beside it";
    }
    for (int run = 0; run < settings.runs; ++run) {
        figure.runs.push_back(log_rate(messages));
        figure.floor_runs.push_back(file_rate(messages));
        if (server) {
            peer.floor_runs.push_back(jetstream_rate(*server, messages, logged_bytes, log_window));
        }
    }
    peer.runs = figure.runs;
    return {figure, peer};
}

}  // namespace drover::bench
