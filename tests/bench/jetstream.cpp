#include "bench/jetstream.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "bench/workshop.hpp"

namespace drover::bench {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view inbox = "_INBOX.bench";
constexpr std::string_view subject = "bench.orders";

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

/// One that nobody uses at the moment.
std::uint16_t free_port() {
    const FileDescriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    if (::bind(probe.number(), plain, size) != 0 ||
        ::getsockname(probe.number(), plain, &size) != 0) {
        throw std::runtime_error("no free port for nats-server");
    }
    return ntohs(address.sin_port);
}

FileDescriptor connect_to(std::uint16_t port) {
    const sockaddr_in address = loopback(port);
    for (int attempt = 0; attempt < 500; ++attempt) {
        FileDescriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (::connect(client.number(),
                      reinterpret_cast<const sockaddr*>(&address),
                      sizeof(address)) == 0) {
            const int yes = 1;
            ::setsockopt(client.number(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
            return client;
        }
        // Between two looks: nothing but a connection that is taken tells that it listens.
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    throw std::runtime_error("nats-server does not listen within 10 s");
}

/// A client of one connection that has subscribed to its inbox.
class NatsClient {
public:
    explicit NatsClient(std::uint16_t port) : socket_(connect_to(port)) {
        (void)read_line();  // INFO
        send("CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"bench\"}\r\nSUB " +
             std::string(inbox) + " 1\r\nPING\r\n");
        while (read_line() != "PONG") {
        }
    }

    void send(std::string_view text) {
        while (!text.empty()) {
            const ssize_t sent = ::send(socket_.number(), text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                throw std::runtime_error("nats-server closed the connection");
            }
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    /// The next message to the inbox; waits for it.
    std::string_view next_answer() {
        std::string_view line = read_line();
        while (!line.starts_with("MSG ")) {
            if (line == "PING") {
                send("PONG\r\n");
            } else if (line.starts_with("-ERR")) {
                throw std::runtime_error("nats-server: " + std::string(line));
            }
            line = read_line();
        }
        const std::size_t size = std::stoul(std::string(line.substr(line.rfind(' ') + 1)));
        while (buffer_.size() - begin_ < size + line_end.size()) {
            read_more();
        }
        const std::string_view answer(buffer_.data() + begin_, size);
        begin_ += size + line_end.size();
        if (answer.find("\"error\"") != std::string_view::npos) {
            throw std::runtime_error("nats-server: " + std::string(answer));
        }
        return answer;
    }
    /// Whether an answer is at hand, whole or in part.
    [[nodiscard]] bool has_bytes() const { return begin_ < buffer_.size(); }

private:
    /// Without its end; lives until the next call.
    std::string_view read_line() {
        std::size_t end = buffer_.find(line_end, begin_);
        while (end == std::string::npos) {
            read_more();
            end = buffer_.find(line_end, begin_);
        }
        line_.assign(buffer_, begin_, end - begin_);
        begin_ = end + line_end.size();
        return line_;
    }
    void read_more() {
        constexpr std::size_t piece = 65536;
        buffer_.erase(0, std::exchange(begin_, 0));
        const std::size_t before = buffer_.size();
        buffer_.resize(before + piece);
        const ssize_t got = ::recv(socket_.number(), buffer_.data() + before, piece, 0);
        buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got <= 0) {
            throw std::runtime_error("nats-server closed the connection");
        }
    }

    FileDescriptor socket_;
    std::string buffer_;
    std::size_t begin_ = 0;
    std::string line_;
};

std::string publication(std::string_view to, std::string_view body) {
    return "PUB " + std::string(to) + ' ' + std::string(inbox) + ' ' + std::to_string(body.size()) +
           std::string(line_end) + std::string(body) + std::string(line_end);
}

}  // namespace

std::optional<std::string> nats_server() {
    for (const char* const path : {"/usr/sbin/nats-server", "/usr/bin/nats-server"}) {
        if (::access(path, X_OK) == 0) {
            return path;
        }
    }
    return std::nullopt;
}

double jetstream_rate(const std::string& server,
                      std::uint64_t messages,
                      std::size_t bytes,
                      std::uint64_t window) {
    const Workshop workshop;
    const std::uint16_t port = free_port();
    const Program running = workshop.start(server,
                                           {"-a",
                                            "127.0.0.1",
                                            "-p",
                                            std::to_string(port),
                                            "-js",
                                            "-sd",
                                            (workshop.folder() / "nats").string()});
    NatsClient client(port);
    client.send(publication("$JS.API.STREAM.CREATE.BENCH",
                            R"({"name":"BENCH","subjects":[")" + std::string(subject) +
                                R"("],"storage":"file","retention":"limits","discard":"old",)"
                                R"("max_consumers":-1,"max_msgs":-1,"max_bytes":-1,)"
                                R"("max_age":0,"max_msg_size":-1,"num_replicas":1})"));
    (void)client.next_answer();
    const std::string message = publication(subject, std::string(bytes, 'm'));
    std::uint64_t sent = 0;
    std::uint64_t acknowledged = 0;
    std::string together;
    const auto began = std::chrono::steady_clock::now();
    while (acknowledged < messages) {
        together.clear();
        for (; sent < messages && sent - acknowledged < window; ++sent) {
            together += message;
        }
        client.send(together);
        do {
            (void)client.next_answer();
            ++acknowledged;
        } while (client.has_bytes() && acknowledged < sent);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    return static_cast<double>(messages) / took.count();
}

}  // namespace drover::bench
