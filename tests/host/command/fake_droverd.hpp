/// A control socket that answers as a test tells it, and running the command line in this process.
#pragma once

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "base/line_channel.hpp"
#include "command/command_line.hpp"
#include "process/run_directory.hpp"

namespace drover::test {

/// A fresh folder that holds a state directory and the run directory, removed at the end.
class CommandFolder {
public:
    CommandFolder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "drover-test-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
        ::setenv("XDG_RUNTIME_DIR", path_.c_str(), 1);
    }
    CommandFolder(const CommandFolder&) = delete;
    CommandFolder& operator=(const CommandFolder&) = delete;
    ~CommandFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path state() const { return path_ / "state"; }

private:
    std::filesystem::path path_;
};

/// What a command left behind.
struct CommandResult {
    int exit_code = -1;
    std::string output;
    std::string errors;
};

/// A command that gives no result, but this exit code and this sentence.
inline testing::Matcher<CommandResult> fails_with(int exit_code,
                                                  const testing::Matcher<std::string>& sentence) {
    return testing::AllOf(testing::Field("exit_code", &CommandResult::exit_code, exit_code),
                          testing::Field("output", &CommandResult::output, ""),
                          testing::Field("errors", &CommandResult::errors, sentence));
}

inline CommandResult run_drover(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "drover");
    std::vector<char*> pointers;
    for (std::string& argument : arguments) {
        pointers.push_back(argument.data());
    }
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    CommandResult result;
    result.exit_code = run_command_line(static_cast<int>(pointers.size()), pointers.data());
    result.output = testing::internal::GetCapturedStdout();
    result.errors = testing::internal::GetCapturedStderr();
    return result;
}

/// {"result": …} or {"error": …} for a method.
using Answers = std::function<Json(const std::string& method, const Json& params)>;

inline Json good(Json result) {
    return {{"result", std::move(result)}};
}
inline Json bad(int code, const std::string& message) {
    return {{"error", {{"code", code}, {"message", message}}}};
}

/// Listens where droverd would, in a thread of its own. `answers` runs in that thread, one call at
/// a time.
class FakeDroverd {
public:
    FakeDroverd(const std::filesystem::path& state, Answers answers)
        : answers_(std::move(answers)), socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        std::filesystem::create_directories(state);
        const auto run = RunDirectory::prepare(state);
        EXPECT_TRUE(run.has_value());
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string path = run.value().control_socket().string();
        path.copy(address.sun_path, sizeof(address.sun_path) - 1);
        std::filesystem::remove(path);  // Of one before it.
        EXPECT_EQ(::bind(socket_.number(), reinterpret_cast<sockaddr*>(&address), sizeof(address)),
                  0);
        EXPECT_EQ(::listen(socket_.number(), 8), 0);
        thread_ = std::thread([this] { serve(); });
    }
    FakeDroverd(const FakeDroverd&) = delete;
    FakeDroverd& operator=(const FakeDroverd&) = delete;
    ~FakeDroverd() {
        is_over_ = true;
        thread_.join();
    }

    /// Closes every connection after the answer at hand, as droverd does when the fleet is gone.
    void hang_up() { hangs_up_ = true; }

private:
    void serve() {
        std::vector<std::unique_ptr<LineChannel>> connections;
        while (!is_over_) {
            std::vector<pollfd> waiting{{socket_.number(), POLLIN, 0}};
            for (const auto& connection : connections) {
                waiting.push_back({connection->descriptor(), POLLIN, 0});
            }
            constexpr int look_up_ms = 5;
            (void)::poll(waiting.data(), waiting.size(), look_up_ms);
            if (waiting[0].revents != 0) {
                FileDescriptor accepted(
                    ::accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC));
                connections.push_back(std::make_unique<LineChannel>(std::move(accepted)));
            }
            for (const auto& connection : connections) {
                for (const std::string& line : connection->read_lines()) {
                    answer(*connection, line);
                }
            }
            std::erase_if(connections, [&](const auto& connection) {
                return connection->is_ended() || hangs_up_;
            });
        }
    }
    void answer(LineChannel& connection, const std::string& line) {
        const Json request = parse_json(line).value();
        Json reply = answers_(request.at("method").get<std::string>(), request.at("params"));
        reply["jsonrpc"] = "2.0";
        reply["id"] = request.at("id");
        connection.write_line(to_line(reply));
    }

    Answers answers_;
    FileDescriptor socket_;
    std::atomic<bool> is_over_ = false;
    std::atomic<bool> hangs_up_ = false;
    std::thread thread_;
};

/// One agent of a status document.
inline Json agent(const std::string& name,
                  const std::string& state,
                  const std::string& health,
                  const std::string& reason,
                  Json pid = nullptr) {
    return {{"name", name},
            {"plugin", name},
            {"state", state},
            {"health", health},
            {"reason", reason},
            {"pid", std::move(pid)},
            {"restarts", 0}};
}

inline Json status_of(std::vector<Json> agents) {
    return {{"supervisor", {{"pid", 1234}, {"fleet", "desk"}, {"uptime_seconds", 65.5}}},
            {"agents", std::move(agents)}};
}

}  // namespace drover::test
