/// Which of the recorded events are printed, and how they are followed.
#include "command/events_verb.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "events/event_writer.hpp"
#include "fake_droverd.hpp"
#include "real_drover.hpp"

namespace drover::test {

using testing::HasSubstr;

namespace {

/// Three events of 2026-01-01, a second apart: risk starts, data loses, risk ails.
struct EventsVerb : testing::Test {
    EventsVerb() {
        add(EventKind::transition, "risk", "began");
        add(EventKind::loss, "data", "gone");
        add(EventKind::health, "risk", "ails");
    }
    void add(EventKind kind, const std::string& agent, const std::string& reason) {
        FleetEvent event;
        event.time = first_second + static_cast<std::int64_t>(lines.size()) * 1'000'000'000;
        event.sequence = lines.size() + 1;
        event.kind = kind;
        event.agent = agent;
        event.reason = reason;
        lines.push_back(to_line(event));
        const auto events = folder.state() / "events";
        std::filesystem::create_directories(events);
        std::ofstream(event_file(events, 0), std::ios::app) << lines.back() << '\n';
    }
    CommandResult drover(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {"events", "--state-dir", folder.state().string()});
        return run_drover(std::move(arguments));
    }
    static constexpr std::int64_t first_second = 1'767'225'600'000'000'000;
    CommandFolder folder;
    std::vector<std::string> lines;
};

}  // namespace

TEST_F(EventsVerb, prints_the_past_oldest_first_in_columns) {
    const CommandResult result = drover({});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.errors, "");
    const std::size_t began = result.output.find("2026-01-01T00:00:00.000Z  risk");
    const std::size_t gone = result.output.find("2026-01-01T00:00:01.000Z  data");
    const std::size_t ails = result.output.find("2026-01-01T00:00:02.000Z  risk");
    EXPECT_LT(began, gone) << result.output;
    EXPECT_LT(gone, ails) << result.output;
    EXPECT_NE(ails, std::string::npos) << result.output;
}

TEST_F(EventsVerb, prints_the_records_as_they_stand_as_json) {
    EXPECT_EQ(drover({"-o", "json"}).output, lines[0] + "\n" + lines[1] + "\n" + lines[2] + "\n");
}

TEST_F(EventsVerb, chooses_by_name_kind_time_and_number) {
    EXPECT_EQ(drover({"-o", "json", "risk"}).output, lines[0] + "\n" + lines[2] + "\n");
    EXPECT_EQ(drover({"-o", "json", "--kind", "loss,health"}).output,
              lines[1] + "\n" + lines[2] + "\n");
    EXPECT_EQ(drover({"-o", "json", "risk", "--kind", "health"}).output, lines[2] + "\n");
    EXPECT_EQ(drover({"-o", "json", "--since", "2026-01-01T00:00:01Z"}).output,
              lines[1] + "\n" + lines[2] + "\n")
        << "the moment itself belongs to it";
    EXPECT_EQ(drover({"-o", "json", "-n", "1"}).output, lines[2] + "\n");
    EXPECT_EQ(drover({"-o", "json", "-n", "1", "data"}).output, lines[1] + "\n")
        << "only those that are wanted count";
}

TEST_F(EventsVerb, prints_a_hundred_unless_a_time_or_a_number_is_given) {
    while (lines.size() < 130) {
        add(EventKind::health, "risk", "again");
    }
    const auto printed = [this](std::vector<std::string> more) {
        more.insert(more.end(), {"-o", "json"});
        const std::string output = drover(std::move(more)).output;
        return std::ranges::count(output, '\n');
    };
    EXPECT_EQ(printed({}), 100);
    EXPECT_EQ(printed({"-n", "120"}), 120);
    EXPECT_EQ(printed({"--since", "2026-01-01T00:00:00Z"}), 130);
}

TEST_F(EventsVerb, answers_2_to_a_name_of_which_nothing_is_recorded) {
    const CommandResult result = drover({"riks"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(result.errors, "drover: No event of 'riks' is recorded. Did you mean 'risk'?\n");
    EXPECT_EQ(drover({"data", "--kind", "health"}).exit_code, 0)
        << "one that has no event of the kind is known all the same";
}

TEST_F(EventsVerb, says_that_no_fleet_was_started_there_yet) {
    const CommandFolder other;
    const CommandResult result = run_drover({"events", "--state-dir", other.state()});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.errors,
              "drover: There are no events in '" + other.state().string() +
                  "': no fleet was started there yet.\n");
}

TEST_F(EventsVerb, follows_what_happens_until_nobody_reads_it) {
    const RealDrover real(folder);
    const auto pipe = folder.path() / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), S_IRUSR | S_IWUSR), 0);
    FileDescriptor reader(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    auto start = real.start({"-c",
                             R"(exec "$0" "$@" > pipe 2>&1)",
                             real.program(),
                             "events",
                             "risk",
                             "new",
                             "-f",
                             "-o",
                             "json"});
    start.program = "/bin/sh";
    scenarios::Program follower(start);
    std::string printed;
    const auto prints = [&](const std::string& text) {
        std::array<char, 4096> block{};
        (void)scenarios::eventually([&] {
            const ssize_t got = ::read(reader.number(), block.data(), block.size());
            printed.append(block.data(), got > 0 ? static_cast<std::size_t>(got) : 0U);
            return printed.size() >= text.size();
        });
        const std::string all = std::exchange(printed, {});
        return all == text ? testing::AssertionSuccess() : testing::AssertionFailure() << all;
    };
    EXPECT_TRUE(prints(lines[0] + "\n" + lines[2] +
                       "\ndrover: No event of 'new' is recorded. Waiting for one.\n"));
    add(EventKind::health, "data", "is not asked for");
    add(EventKind::transition, "new", "came later");
    EXPECT_TRUE(prints(lines[4] + "\n"));
    reader.close();
    ASSERT_TRUE(follower.wait_for_end(scenarios::patience));
    EXPECT_EQ(follower.exit_code(), 0);
}

}  // namespace drover::test
