// Children start with exactly what they were given, and no exit of one is lost.
#include "process/launcher.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/process_tree.hpp"
#include "tests/host/process/open_to_others.hpp"
#include "tests/host/process/scratch.hpp"
#include "tests/host/process/shell.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;
using test::ScratchFolder;

std::size_t open_descriptors() {
    const std::filesystem::directory_iterator begin("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin, {}));
}

/// One that this process may run on.
int a_processor() {
    cpu_set_t allowed;
    EXPECT_EQ(::sched_getaffinity(0, sizeof allowed, &allowed), 0);
    std::size_t number = 0;
    while (number < CPU_SETSIZE && !CPU_ISSET(number, &allowed)) {
        ++number;
    }
    return static_cast<int>(number);
}

/// Runs a shell script to its end and returns what it wrote to a file given as its output.
std::string output_of(LaunchRequest request) {
    const ScratchFolder scratch;
    const auto path = scratch.path() / "output";
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    request.output = file.number();
    const auto child = launch(request);
    EXPECT_TRUE(child);
    EXPECT_TRUE(wait_for_exit(child.value(), 20s));
    std::ifstream text(path);
    return {std::istreambuf_iterator<char>(text), {}};
}

TEST(Launcher, tells_the_exit_code) {
    const auto child = launch(shell("exit 7"));
    ASSERT_TRUE(child);
    const auto status = wait_for_exit(child.value(), 20s);
    ASSERT_TRUE(status);
    EXPECT_EQ(status->code, 7);
    EXPECT_FALSE(status->is_success());
    EXPECT_EQ(status->text(), "exit code 7");
}

TEST(Launcher, tells_the_signal_that_ended_a_child) {
    const auto child = launch(shell("read line < /dev/zero"));
    ASSERT_TRUE(child);
    EXPECT_FALSE(reap(child.value()));
    send_signal(child.value(), SIGKILL);
    const auto status = wait_for_exit(child.value(), 20s);
    ASSERT_TRUE(status);
    EXPECT_EQ(status->signal, SIGKILL);
    EXPECT_EQ(status->text(), "killed by SIGKILL");
}

TEST(Launcher, tells_of_a_folder_that_is_missing) {
    LaunchRequest request = shell("exit 0");
    request.folder = "/no/such/folder";
    const auto child = launch(request);
    ASSERT_FALSE(child);
    EXPECT_EQ(child.error().kind, ErrorKind::not_found);
    EXPECT_NE(child.error().message.find("/no/such/folder"), std::string::npos);
}

TEST(Launcher, makes_a_child_another_user_with_its_groups_and_nobody_else) {
    const auto nobody = find_system_user("nobody");
    if (::geteuid() != 0 || !nobody || !test::is_open_to_others("/bin")) {
        GTEST_SKIP() << "only root may become another user, who must be able to run /bin/sh";
    }
    LaunchRequest request = shell("id -u; id -G; id -ru");
    request.user = std::make_shared<const ProcessUser>(ProcessUser{nobody.value(), {}});
    const std::string id = std::to_string(nobody.value().user);
    const std::string group = std::to_string(nobody.value().group);
    EXPECT_EQ(output_of(request), id + "\n" + group + "\n" + id + "\n");
}

TEST(Launcher, tells_what_another_user_cannot_reach) {
    const auto nobody = find_system_user("nobody");
    if (::geteuid() != 0 || !nobody || !test::is_open_to_others("/bin")) {
        GTEST_SKIP() << "only root may become another user, who must be able to run /bin/sh";
    }
    const ScratchFolder scratch;
    ::chmod(scratch.path().c_str(), 0700);
    LaunchRequest request = shell("exit 0");
    request.user = std::make_shared<const ProcessUser>(
        ProcessUser{nobody.value(), {{"/", X_OK}, {scratch.path(), R_OK}}});
    const auto child = launch(request);
    ASSERT_FALSE(child);
    EXPECT_EQ(child.error().kind, ErrorKind::refused);
    EXPECT_EQ(child.error().message,
              "user: nobody cannot read " + scratch.path().string() +
                  ": Permission denied (it, and every folder above it, must be open to nobody).");
    EXPECT_EQ(::geteuid(), 0U) << "only the child has become somebody else";
}

TEST(Launcher, ends_a_child_of_another_user_with_the_thread_that_started_it) {
    const auto nobody = find_system_user("nobody");
    if (::geteuid() != 0 || !nobody || !test::is_open_to_others("/bin")) {
        GTEST_SKIP() << "only root may become another user, who must be able to run /bin/sh";
    }
    LaunchRequest request = shell("sleep 60");
    request.user = std::make_shared<const ProcessUser>(ProcessUser{nobody.value(), {}});
    std::optional<Child> child;
    std::thread([&] {
        auto started = launch(request);
        ASSERT_TRUE(started) << started.error().message;
        child = std::move(started.value());
    }).join();
    ASSERT_TRUE(child);
    const auto status = wait_for_exit(*child, 20s);
    ASSERT_TRUE(status) << "the change of the user took its parent-death signal back";
    EXPECT_EQ(status->signal, SIGKILL);
}

TEST(Launcher, leaves_no_signal_ignored_or_blocked_in_the_child) {
    ::signal(SIGUSR2, SIG_IGN);
    const std::string status = output_of(shell("grep -E 'SigBlk|SigIgn' /proc/self/status"));
    ::signal(SIGUSR2, SIG_DFL);
    EXPECT_EQ(status, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(Launcher, starts_a_child_in_the_folder_that_was_asked_for) {
    const ScratchFolder scratch;
    LaunchRequest request = shell("pwd -P");
    request.folder = scratch.path();
    EXPECT_EQ(output_of(request), std::filesystem::canonical(scratch.path()).string() + "\n");
}

TEST(Launcher, gives_a_child_its_limits_processors_and_rank) {
    LaunchRequest request = shell(
        "ulimit -n; ulimit -Hn; ulimit -c; nice; "
        "grep Cpus_allowed_list /proc/self/status");
    request.limits.resources = {{RLIMIT_NOFILE, 77, "open_files"}, {RLIMIT_CORE, 0, "core"}};
    request.limits.nice = 7;
    const int processor = a_processor();
    request.limits.cpus = {processor};
    EXPECT_EQ(output_of(request),
              "77\n77\n0\n7\nCpus_allowed_list:\t" + std::to_string(processor) + "\n");
}

TEST(Launcher, refuses_with_a_sentence_what_a_child_cannot_be_limited_to) {
    const std::size_t before = open_descriptors();
    LaunchRequest request = shell("exit 0");
    request.limits.cpus = {0, 1000};
    const auto child = launch(request);
    ASSERT_FALSE(child);
    EXPECT_EQ(child.error().kind, ErrorKind::refused);
    EXPECT_NE(child.error().message.find("limits.cpus cannot be set"), std::string::npos);
    EXPECT_NE(child.error().message.find("1000"), std::string::npos);
    request.limits.cpus.clear();
    request.limits.resources = {{RLIMIT_NOFILE, std::uint64_t{1} << 40U, "open_files"}};
    const auto other = launch(request);
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().message.find("limits.open_files 1099511627776 cannot be set"),
              std::string::npos);
    EXPECT_TRUE(children_of(::getpid()).empty());
    EXPECT_GE(before + 7, open_descriptors());  // 3 to 9 are kept from the first launch on.
}

/// A shell that is shut in: it has its programs and what is granted.
LaunchRequest shut_in_shell(const std::string& script,
                            std::vector<SandboxPath> granted,
                            bool network = false) {
    LaunchRequest request = shell(script + " 2>&1");
    request.errors = STDERR_FILENO;
    for (const char* programs : {"/bin", "/usr/bin"}) {
        granted.push_back({programs, SandboxAccess::run, false});
    }
    auto sandbox = Sandbox::make(granted, network);
    EXPECT_TRUE(sandbox) << sandbox.error().message;
    request.sandbox = std::make_shared<const Sandbox>(std::move(sandbox.value()));
    return request;
}

TEST(Launcher, keeps_a_child_in_a_sandbox_from_files_that_are_not_granted) {
    if (SandboxAbilities::look().landlock == 0) {
        GTEST_SKIP() << "this kernel has no Landlock";
    }
    const ScratchFolder scratch;
    for (const char* name : {"open", "closed", "written"}) {
        std::filesystem::create_directory(scratch.path() / name);
        std::ofstream(scratch.path() / name / "file") << name << "\n";
    }
    const std::string folder = scratch.path().string();
    const std::string script = "cd " + folder +
                               "; cat open/file; cat closed/file || echo shut; "
                               "echo x > open/file || echo shut; echo x > written/new && "
                               "cat written/new; rm closed/file || echo shut; "
                               "cat /etc/passwd || echo shut";
    const std::string output =
        output_of(shut_in_shell("(" + script + ")",
                                {{scratch.path() / "open", SandboxAccess::read},
                                 {scratch.path() / "written", SandboxAccess::write}}));
    std::size_t shut = 0;
    for (std::size_t at = output.find("shut\n"); at != std::string::npos;
         at = output.find("shut\n", at + 1)) {
        ++shut;
    }
    EXPECT_EQ(shut, 4U) << output;
    EXPECT_TRUE(output.starts_with("open\n")) << output;
    EXPECT_NE(output.find("x\n"), std::string::npos) << output;
    EXPECT_TRUE(std::filesystem::exists(scratch.path() / "closed" / "file"));
}

TEST(Launcher, refuses_a_sandbox_with_a_path_that_is_not_there) {
    const auto sandbox = Sandbox::make({{"/no/such/path", SandboxAccess::read}}, false);
    if (SandboxAbilities::look().landlock == 0) {
        GTEST_SKIP() << "this kernel has no Landlock";
    }
    ASSERT_FALSE(sandbox);
    EXPECT_NE(sandbox.error().message.find("/no/such/path cannot be opened"), std::string::npos);
}

TEST(Launcher, lets_a_child_join_its_control_group) {
    const ScratchFolder scratch;
    const auto path = scratch.path() / "cgroup.procs";
    const FileDescriptor procs(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    LaunchRequest request = shell("cat " + path.string());
    request.limits.cgroup = procs.number();
    EXPECT_EQ(output_of(request), "0");
}

TEST(Launcher, reports_a_program_that_does_not_exist) {
    LaunchRequest request;
    request.program = "/no/such/program";
    const auto child = launch(request);
    ASSERT_FALSE(child);
    EXPECT_EQ(child.error().kind, ErrorKind::not_found);
    EXPECT_NE(child.error().message.find("/no/such/program"), std::string::npos);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "the failed child was left as a zombie";
}

TEST(Launcher, reports_a_file_that_cannot_be_executed) {
    const ScratchFolder scratch;
    const auto path = scratch.path() / "plain";
    std::ofstream(path) << "text\n";
    LaunchRequest request;
    request.program = path;
    const auto child = launch(request);
    ASSERT_FALSE(child);
    EXPECT_EQ(child.error().kind, ErrorKind::unavailable);
}

TEST(Launcher, hands_over_only_the_descriptors_of_the_request) {
    auto pair = make_socket_pair();
    ASSERT_TRUE(pair);
    const FileDescriptor leaking(::open("/dev/zero", O_RDONLY));  // Not close-on-exec.
    LaunchRequest request = shell("ls /proc/$$/fd; true");
    request.channel = pair.value().theirs.number();
    request.further = {-1, leaking.number()};
    EXPECT_EQ(output_of(request), "0\n1\n2\n3\n6\n");
}

TEST(Launcher, places_descriptors_whose_numbers_cross) {
    const ScratchFolder scratch;
    const auto one = scratch.path() / "one";
    const auto two = scratch.path() / "two";
    const FileDescriptor first(::open(one.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    const FileDescriptor second(::open(two.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    LaunchRequest request = shell("readlink /proc/$$/fd/3; readlink /proc/$$/fd/4");
    // Whatever the numbers are here, 3 and 4 are taken by something else in this process.
    request.channel = second.number();
    request.page = first.number();
    EXPECT_EQ(output_of(request), two.string() + "\n" + one.string() + "\n");
}

TEST(Launcher, starts_a_child_in_a_session_of_its_own) {
    const auto child = launch(shell("read line < /dev/zero"));
    ASSERT_TRUE(child);
    const auto entry = process_entry(child.value().pid);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->session, child.value().pid);
    send_signal(child.value(), SIGKILL);
    EXPECT_TRUE(wait_for_exit(child.value(), 20s));
}

TEST(Launcher, gives_signals_their_default_meaning) {
    LaunchRequest request;  // Not a shell: it blocks signals itself while it forks.
    request.program = "/bin/grep";
    request.arguments = {"-E", "Sig(Blk|Ign)", "/proc/self/status"};
    sigset_t blocked;
    sigset_t before;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &blocked, &before);
    ::signal(SIGHUP, SIG_IGN);
    const std::string status = output_of(request);
    ::signal(SIGHUP, SIG_DFL);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    EXPECT_EQ(status, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(Launcher, adds_to_the_environment_and_replaces_in_it) {
    LaunchRequest request = shell("echo $HOME $DROVER_LIFE; env | grep -c ^HOME=");
    request.environment = {"HOME=/elsewhere", "DROVER_LIFE=risk.4"};
    EXPECT_EQ(output_of(request), "/elsewhere risk.4\n1\n");
}

TEST(Launcher, loses_no_exit_and_leaks_nothing_in_many_cycles) {
    constexpr int cycles = 200;
    ASSERT_TRUE(launch(shell("exit 0")));  // Also makes the room hold its low descriptors.
    ::waitpid(-1, nullptr, 0);
    const std::size_t before = open_descriptors();
    for (int cycle = 0; cycle < cycles; ++cycle) {
        LaunchRequest request;
        request.program = cycle % 10 == 9 ? "/no/such/program" : "/bin/true";
        const auto child = launch(request);
        ASSERT_EQ(child.has_value(), cycle % 10 != 9);
        if (child) {
            const auto status = wait_for_exit(child.value(), 20s);
            ASSERT_TRUE(status);
            ASSERT_TRUE(status->is_success());
        }
    }
    EXPECT_EQ(open_descriptors(), before);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a zombie was left";
}

TEST(Launcher, ends_a_child_with_its_parent_only_when_asked) {
    const ScratchFolder scratch;
    const auto report = scratch.path() / "pid";
    become_subreaper();
    const pid_t parent = ::fork();
    ASSERT_GE(parent, 0);
    if (parent == 0) {
        LaunchRequest request = shell("read line < /dev/zero");
        const auto dying = launch(request);
        request.dies_with_parent = false;
        const auto staying = launch(request);
        std::ofstream(report) << dying.value().pid << ' ' << staying.value().pid << std::endl;
        ::_exit(0);
    }
    ASSERT_EQ(::waitpid(parent, nullptr, 0), parent);
    pid_t dying = 0;
    pid_t staying = 0;
    std::ifstream(report) >> dying >> staying;
    int status = 0;
    ASSERT_EQ(::waitpid(dying, &status, 0), dying);
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
    EXPECT_EQ(::kill(staying, 0), 0);
    ::kill(staying, SIGKILL);
    EXPECT_EQ(::waitpid(staying, nullptr, 0), staying);
}

TEST(Launcher, names_signals) {
    EXPECT_EQ(signal_name(SIGSEGV), "SIGSEGV");
    EXPECT_EQ(signal_name(40), "signal 40");
}

}  // namespace
}  // namespace drover
