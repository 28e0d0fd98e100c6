// Stands for drover-router and drover-agent in the tests of the daemon. Which of the two it is, its
// name says; what it does, the "config" of an agent.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/line_channel.hpp"
#include "process/status_page.hpp"

namespace {

using drover::Json;

/// Lives for ever in a session of its own, deaf to SIGTERM, without its parent; with `bare` also
/// without the environment that it was started with. Returns once its pid stands in `file`.
void leave_orphan(const std::string& file, bool bare) {
    const std::string script = "trap '' TERM; echo $$ > " + file + ".new; mv " + file + ".new " +
                               file + "; while :; do sleep 1000; done";
    const pid_t middle = ::fork();
    if (middle == 0) {
        ::setsid();
        if (::fork() == 0) {
            ::setsid();
            const char* const arguments[] = {"sh", "-c", script.c_str(), nullptr};
            char path[] = "PATH=/usr/bin:/bin";
            char* bare_environment[] = {path, nullptr};
            ::execve(
                "/bin/sh", const_cast<char* const*>(arguments), bare ? bare_environment : environ);
        }
        ::_exit(0);
    }
    ::waitpid(middle, nullptr, 0);
    while (::access(file.c_str(), R_OK) != 0) {
        ::poll(nullptr, 0, 1);
    }
}

class FakeChild {
public:
    explicit FakeChild(bool is_router) : is_router_(is_router) {}

    int run() {
        while (!channel_.is_ended()) {
            pollfd readable{channel_.descriptor(), POLLIN, 0};
            ::poll(&readable, 1, -1);
            for (const std::string& line : channel_.read_lines()) {
                obey(line);
            }
        }
        return 0;
    }

private:
    void tell(const Json& event) { channel_.write_line(drover::to_line(event)); }

    void obey(const std::string& line) {
        const Json order = Json::parse(line);
        if (is_router_) {
            std::ofstream(std::getenv("DROVER_FAKE_ROUTER_LOG"), std::ios::app)
                << line << std::endl;
        }
        const std::string what = order.at("do");
        if (what == "configure") {
            is_router_ ? tell({{"event", "ready"}}) : configure(order);
        } else if (what == "start") {
            start();
        } else if (what == "copy_state" && what_ != "keeps_its_state") {
            const bool is_full = what_ == "cannot_copy";
            tell({{"event", "state_copied"}, {"message", is_full ? "The disk is full." : ""}});
        } else if (what == "stop") {
            stop();
        }
    }

    void configure(const Json& order) {
        config_ = Json::parse(order.at("config").get<std::string>());
        what_ = drover::value_or<std::string>(config_, "act", "run");
        is_rehearsing_ = order.contains("copy_from");
        if (is_rehearsing_) {
            std::printf("a copy of %s\n", order.at("copy_from").get<std::string>().c_str());
            std::fflush(stdout);
        }
    }

    void start() {
        const auto file = drover::value_or<std::string>(config_, "file", "");
        if (what_ == "orphan" || what_ == "bare_orphan") {
            leave_orphan(file, what_ == "bare_orphan");
        } else if (what_ == "fail") {
            tell({{"event", "failed"}, {"code", "broken"}, {"message", "the venue refused it"}});
            ::_exit(1);
        } else if (what_ == "complete") {
            tell({{"event", "completed"}, {"message", "all done"}});
            ::_exit(0);
        } else if (what_ == "never") {
            return;
        } else if (what_ == "deaf") {
            ::signal(SIGTERM, SIG_IGN);
        } else if (what_ == "talk") {
            std::fputs("spoken\n", stdout);
            std::fputs("warned\n", stderr);
            std::fflush(stdout);
        } else if (what_ == "nonsense") {
            channel_.write_line("nonsense");
            channel_.write_line("[1]");
            channel_.write_line(R"({"event":17})");
            channel_.write_line(R"({"event":"health","level":"marvellous"})");
        }
        if (what_ == "hang") {
            page_.layout().began.store(drover::monotonic_now().time_since_epoch().count());
        }
        tell({{"event", "ready"}});
        if (is_rehearsing_ && what_ != "hang" && what_ != "falls_silent") {
            tell({{"event", "rehearsed"}, {"messages", 3}, {"requests", 1}});
        }
    }

    void stop() {
        if (what_ != "deaf") {
            tell({{"event", "stopped"}});
            ::_exit(0);
        }
    }

    bool is_router_;
    drover::LineChannel channel_{drover::FileDescriptor(3)};
    drover::StatusPage page_ = std::move(drover::StatusPage::attach(4).value());
    Json config_;
    std::string what_;
    bool is_rehearsing_ = false;
};

}  // namespace

int main(int /*count*/, char** arguments) {
    return FakeChild(std::string(arguments[0]).ends_with("drover-router")).run();
}
