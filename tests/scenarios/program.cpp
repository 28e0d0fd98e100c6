// Starts programs with posix_spawn, sees their end by a pidfd.
#include "scenarios/program.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json_value.hpp"

namespace drover::scenarios {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> list;
    for (std::string& text : texts) {
        list.push_back(text.data());
    }
    list.push_back(nullptr);
    return list;
}

/// The given variables, and those of the test that are not among them: of two with one name some
/// programs take the first and some the last.
std::vector<std::string> environment_with(const std::vector<std::string>& given) {
    std::vector<std::string> all = given;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string name = std::string(*entry).substr(0, std::string(*entry).find('=') + 1);
        const bool is_ours = name.starts_with("DROVER_") || name == "XDG_RUNTIME_DIR=";
        const bool is_given = std::ranges::any_of(
            given, [&name](const std::string& other) { return other.starts_with(name); });
        if (!is_ours && !is_given) {
            all.emplace_back(*entry);
        }
    }
    return all;
}

int memory_file() {
    const int file = ::memfd_create("output", MFD_CLOEXEC);
    if (file < 0) {
        throw std::runtime_error("no memory file");
    }
    return file;
}

std::string content(int file) {
    std::string text;
    std::array<char, 65536> block{};
    ssize_t got = 0;
    while ((got = ::pread(file, block.data(), block.size(), off_t(text.size()))) > 0) {
        text.append(block.data(), std::size_t(got));
    }
    return text;
}

}  // namespace

Program::Program(const ProgramStart& start) : output_(memory_file()), errors_(memory_file()) {
    // Appending, so that it does not matter who else holds the file.
    ::fcntl(output_, F_SETFL, O_APPEND);
    ::fcntl(errors_, F_SETFL, O_APPEND);
    std::vector<std::string> arguments = start.arguments;
    arguments.insert(arguments.begin(), start.program.string());
    std::vector<std::string> environment = environment_with(start.environment);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output_, 1);
    posix_spawn_file_actions_adddup2(&actions, errors_, 2);
    if (!start.folder.empty()) {
        posix_spawn_file_actions_addchdir_np(&actions, start.folder.c_str());
    }
    const int failed = ::posix_spawn(&pid_,
                                     start.program.c_str(),
                                     &actions,
                                     nullptr,
                                     pointers(arguments).data(),
                                     pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        throw std::runtime_error(start.program.string() + ": " + std::strerror(failed));
    }
    watch_ = int(::syscall(SYS_pidfd_open, pid_, 0));
}

Program::Program(Program&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      watch_(std::exchange(other.watch_, -1)),
      output_(std::exchange(other.output_, -1)),
      errors_(std::exchange(other.errors_, -1)),
      exit_code_(other.exit_code_) {}

Program::~Program() {
    if (pid_ > 0 && !exit_code_) {
        send_signal(SIGKILL);
        (void)wait_for_end(std::chrono::seconds(10));
    }
    for (const int file : {watch_, output_, errors_}) {
        if (file >= 0) {
            ::close(file);
        }
    }
}

std::string Program::output() const {
    return content(output_);
}
std::string Program::errors() const {
    return content(errors_);
}

void Program::send_signal(int number) const {
    ::syscall(SYS_pidfd_send_signal, watch_, number, nullptr, 0);
}

bool Program::wait_for_end(std::chrono::milliseconds longest) {
    if (exit_code_) {
        return true;
    }
    const auto deadline = std::chrono::steady_clock::now() + longest;
    pollfd watched{watch_, POLLIN, 0};
    int ready = 0;
    do {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        ready = ::poll(&watched, 1, int(std::max<std::int64_t>(left.count(), 0)));
    } while (ready < 0 && errno == EINTR);
    if (ready <= 0) {
        return false;
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return true;
}

std::string ProgramResult::text() const {
    return (timed_out ? std::string("did not end in time")
                      : "exit code " + std::to_string(exit_code)) +
           "\n--- output\n" + output + "--- errors\n" + errors + "---\n";
}

ProgramResult run_program(const ProgramStart& start, std::chrono::milliseconds longest) {
    Program program(start);
    ProgramResult result;
    result.timed_out = !program.wait_for_end(longest);
    if (result.timed_out) {
        program.send_signal(SIGKILL);
        (void)program.wait_for_end(std::chrono::seconds(10));
    }
    result.exit_code = program.exit_code();
    result.output = program.output();
    result.errors = program.errors();
    return result;
}

Json parsed(const std::string& output) {
    const auto document = parse_json(output);
    EXPECT_TRUE(document) << output;
    return document ? document.value() : Json::object();
}

}  // namespace drover::scenarios
