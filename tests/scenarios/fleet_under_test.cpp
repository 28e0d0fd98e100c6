// Starts, asks and ends fleets for tests.
#include "scenarios/fleet_under_test.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <unistd.h>

namespace drover::scenarios {
namespace {

/// Looks are close together at first; what takes long is not slowed by being looked at.
constexpr std::chrono::milliseconds shortest_pause{5};
constexpr std::chrono::milliseconds longest_pause{100};

/// Short pauses, so that tests are, and no jitter, so that they are the same each time. What ends a
/// process is long: it must not hit one that a busy machine keeps waiting.
constexpr const char* head = R"(version: 1
name: fleet-under-test
defaults:
  backoff: {initial: 20ms, factor: 2, max: 100ms, jitter: 0, reset_after: 60s}
  restart_limit: {max_restarts: 20, window: 60s, then: fail}
  heartbeat: {timeout: 20s, grace: 60s}
  shutdown: {timeout: 20s}
)";

std::string fresh_mark() {
    std::random_device device;
    std::string mark;
    for (int count = 0; count < 4; ++count) {
        mark += std::to_string(device()) + '.';
    }
    return mark;
}

/// A file system in memory where there is room: a fleet that commits its state after each callback
/// runs several times faster there, and no kill of a process tells the difference.
std::filesystem::path folder_for_folders() {
    const std::filesystem::path memory = "/dev/shm";
    constexpr std::uintmax_t room = 1ULL << 30U;
    std::error_code error;
    const auto space = std::filesystem::space(memory, error);
    const bool is_good = !error && space.available > room && ::access(memory.c_str(), W_OK) == 0;
    return is_good ? memory : std::filesystem::temp_directory_path();
}

std::filesystem::path fresh_folder() {
    // Short, because the paths of Unix sockets must be.
    std::string pattern = (folder_for_folders() / "drt.XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary folder at " + pattern);
    }
    return std::filesystem::canonical(pattern);
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

std::string list(const std::vector<MarkedProcess>& processes) {
    std::string text;
    for (const MarkedProcess& process : processes) {
        text += "  " + std::to_string(process.pid) + " (parent " + std::to_string(process.parent) +
                ") " + process.command + "\n";
    }
    return text;
}

}  // namespace

std::filesystem::path program_folder() {
    return DROVER_TEST_PROGRAMS;
}
std::filesystem::path repository() {
    return DROVER_TEST_REPOSITORY;
}
std::string misbehaving_plugin(const std::string& name) {
    return std::string(DROVER_TEST_PLUGINS) + "/" + name + ".so";
}

testing::AssertionResult gets_signal(std::optional<pid_t> process, int number) {
    if (process.value_or(-1) <= 0) {
        return testing::AssertionFailure() << "there is no process to send a signal to";
    }
    return ::kill(*process, number) == 0
               ? testing::AssertionSuccess()
               : testing::AssertionFailure() << "kill " << *process << ": " << std::strerror(errno);
}

bool eventually(const std::function<bool()>& condition, std::chrono::seconds longest) {
    const auto deadline = std::chrono::steady_clock::now() + longest;
    auto pause = shortest_pause;
    while (true) {
        // Asked first, so that there is a look behind the deadline, whatever kept this process.
        const bool is_over = std::chrono::steady_clock::now() > deadline;
        if (condition()) {
            return true;
        }
        if (is_over) {
            return false;
        }
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 5 / 4, longest_pause);
    }
}

FleetUnderTest::FleetUnderTest() : folder_(fresh_folder()), mark_(fresh_mark()) {
    std::filesystem::create_directory(folder_ / "run");
    std::filesystem::permissions(folder_ / "run", std::filesystem::perms::owner_all);
    clean_up_after_my_end(mark_, folder_);
}

FleetUnderTest::~FleetUnderTest() {
    if (testing::Test::HasFailure()) {
        // What the fleet wrote is what explains the failure.
        std::error_code error;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(folder_ / "state", error)) {
            if (entry.path().extension() == ".log" && entry.is_regular_file()) {
                std::string text = read(std::filesystem::relative(entry.path(), folder_));
                constexpr std::size_t enough = 4000;
                if (text.size() > enough) {
                    text = "…" + text.substr(text.size() - enough);
                }
                std::fprintf(stderr, "--- %s\n%s", entry.path().c_str(), text.c_str());
            }
        }
    }
    kill_marked(mark_);
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
}

std::filesystem::path FleetUnderTest::write(const std::string& name,
                                            const std::string& text) const {
    const auto path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

std::string FleetUnderTest::read(const std::string& name) const {
    std::ifstream stream(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::string FleetUnderTest::filled_in(std::string text) const {
    replace_all(text, "@FOLDER@", folder_.string());
    for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@', at + 1)) {
        const std::size_t end = text.find('@', at + 1);
        if (end == std::string::npos) {
            break;
        }
        text.replace(at, end + 1 - at, misbehaving_plugin(text.substr(at + 1, end - at - 1)));
    }
    return text;
}

std::string FleetUnderTest::read_end(const std::string& name) const {
    constexpr std::streamoff enough = 8192;
    std::ifstream stream(folder_ / name, std::ios::binary | std::ios::ate);
    const std::streamoff size = stream ? std::streamoff(stream.tellg()) : 0;
    stream.seekg(std::max<std::streamoff>(0, size - enough));
    return {std::istreambuf_iterator<char>(stream), {}};
}

void FleetUnderTest::write_agents(const std::string& agents, const std::string& more) const {
    const std::string clock = more.find("clock:") == std::string::npos ? "clock: wall\n" : "";
    write("agents.yaml", head + clock + filled_in(more) + "agents:\n" + filled_in(agents));
}

ProgramStart FleetUnderTest::start_of(const std::string& program,
                                      std::vector<std::string> arguments) const {
    return {program_folder() / program,
            std::move(arguments),
            {std::string(mark_variable) + '=' + mark_,
             "DROVER_STATE_DIR=" + state_directory().string(),
             "XDG_RUNTIME_DIR=" + (folder_ / "run").string()},
            folder_};
}

ProgramResult FleetUnderTest::drover(std::vector<std::string> arguments) const {
    return run_program(start_of("drover", std::move(arguments)), 2 * patience);
}

Program FleetUnderTest::start_drover(std::vector<std::string> arguments) const {
    return Program(start_of("drover", std::move(arguments)));
}

void FleetUnderTest::up(int expected, const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"up", "-d"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProgramResult result = drover(arguments);
    ASSERT_EQ(result.exit_code, expected) << "drover up: " << result.text();
}

void FleetUnderTest::up_well_or_not() const {
    // It waits so long for a fleet that never gets well, and a test knows better what to wait for.
    const ProgramResult result = drover({"up", "-d", "--timeout", "2s"});
    ASSERT_TRUE(result.exit_code == 0 || result.exit_code == 3) << "drover up: " << result.text();
}

void FleetUnderTest::down() const {
    const ProgramResult result = drover({"down"});
    ASSERT_EQ(result.exit_code, 0) << "drover down: " << result.text();
}

void FleetUnderTest::lose_supervisor() const {
    const auto before = status();
    ASSERT_TRUE(before);
    ASSERT_TRUE(gets_signal(before->supervisor, SIGKILL));
    EXPECT_TRUE(reaches([&](const FleetStatus& now) {
        return now.supervisor != before->supervisor && now.guard == before->guard;
    }));
}

std::optional<FleetStatus> FleetUnderTest::status() const {
    return read_status(drover({"status", "-o", "json"}).output);
}

std::optional<pid_t> FleetUnderTest::pid_of(const std::string& agent) const {
    const auto now = status();
    return now ? (*now)[agent].pid : std::nullopt;
}

testing::AssertionResult FleetUnderTest::reaches(
    const std::function<bool(const FleetStatus&)>& condition, std::chrono::seconds longest) const {
    std::string last = "no status";
    const auto holds = [&] {
        const ProgramResult asked = drover({"status", "-o", "json"});
        const auto now = read_status(asked.output);
        last = now ? now->text : asked.text();
        return now && condition(*now);
    };
    return eventually(holds, longest) ? testing::AssertionSuccess()
                                      : testing::AssertionFailure() << last;
}

testing::AssertionResult FleetUnderTest::reaches(
    const std::string& agent,
    const std::function<bool(const AgentStatus&)>& condition,
    std::chrono::seconds longest) const {
    return reaches(
        [&](const FleetStatus& fleet) {
            return fleet.agents.contains(agent) && condition(fleet[agent]);
        },
        longest);
}

testing::AssertionResult FleetUnderTest::history_ends() const {
    return reaches(
        "market-data",
        [](const AgentStatus& now) { return now.reason.starts_with("history ended"); },
        10 * patience);
}

testing::AssertionResult FleetUnderTest::gets_well() const {
    return reaches([](const FleetStatus& fleet) { return fleet.is_well(); });
}

testing::AssertionResult FleetUnderTest::hears_more(const std::string& agent) const {
    std::optional<std::uint64_t> before;
    return reaches(agent, [&](const AgentStatus& now) {
        const bool is_more = before && now.messages_in > *before;
        before = now.messages_in;
        return is_more;
    });
}

testing::AssertionResult FleetUnderTest::is_gone_within(std::chrono::seconds longest) const {
    std::vector<MarkedProcess> left;
    const bool is_gone = eventually([&] { return (left = processes()).empty(); }, longest);
    return is_gone ? testing::AssertionSuccess()
                   : testing::AssertionFailure() << "These are left:\n"
                                                 << list(left);
}

}  // namespace drover::scenarios
