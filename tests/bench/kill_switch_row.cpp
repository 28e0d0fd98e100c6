// From the kill switch to the end of the last gated message that any agent handles, with droverd
// stopped or killed, one receiver hung and the others busy; beside threads that look at a mapped
// word between two pieces of the same work.
#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "bench/paced.hpp"
#include "bench/rows.hpp"
#include "bench/statistics.hpp"
#include "process/kill_switch_page.hpp"

namespace drover::bench {
namespace {

constexpr std::size_t busy_receivers = 3;
constexpr std::int64_t work_microseconds = 10;
constexpr double gated_rate = 20'000;  // messages/s
constexpr int trials_of_a_run = 40;
/// The measured stretch: that nothing more is handled is seen by nothing but that time passes.
/// Before the switch is moved it keeps the trials apart.
constexpr auto calm = std::chrono::milliseconds(20);

enum class DroverdState { stopped, killed };

/// The messages of all trials and more: it never ends by itself.
Offer endless_offer() {
    constexpr double an_hour = 3600;
    return {gated_rate, 1, an_hour};
}

std::string gated_fleet(const Workshop& workshop) {
    Offer watched = endless_offer();
    watched.seconds = 1.5 / gated_rate;  // They gather nothing: the marks are what is read.
    std::string text =
        "version: 1\nname: bench-switch\nclock: wall\non_supervisor_death: adopt\ntopics:\n"
        "  \"b.ticks\": {gated: true}\ndefaults: {heartbeat: {timeout: 1h}}\nagents:\n" +
        pacer_line(workshop, "ticks", endless_offer(), busy_receivers + 1) +
        watcher_line(workshop, "ticks", watched, busy_receivers, ", hangs: 1");
    for (std::size_t number = 0; number < busy_receivers; ++number) {
        text += watcher_line(
            workshop, "ticks", watched, number, ", work: " + std::to_string(work_microseconds));
    }
    return text;
}

std::int64_t last_mark(const Workshop& workshop) {
    std::int64_t last = 0;
    for (std::size_t number = 0; number < busy_receivers; ++number) {
        last = std::max(last, workshop.stamps().mark(number));
    }
    return last;
}

/// Until all busy receivers have handled something after `moment`.
void wait_for_traffic(const Workshop& workshop, std::int64_t moment) {
    constexpr std::int64_t patience = 30'000'000'000;
    for (std::size_t number = 0; number < busy_receivers; ++number) {
        while (workshop.stamps().mark(number) <= moment) {
            if (bench_now() - moment > patience) {
                throw std::runtime_error("gated messages do not flow after the release");
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
}

void must_write(KillSwitchPage& page, bool engaged) {
    if (const auto written = page.write(engaged, "the benchmark", "how fast it works"); !written) {
        throw std::runtime_error(written.error().message);
    }
}

/// µs from before the call that engages it to the end of what was handled last; 0: to nothing.
double one_engagement(const Workshop& workshop, KillSwitchPage& page) {
    constexpr double nanoseconds = 1000;
    wait_for_traffic(workshop, bench_now());
    std::this_thread::sleep_for(calm);
    const std::int64_t engaged = bench_now();
    must_write(page, true);
    std::this_thread::sleep_for(calm);
    const std::int64_t last = last_mark(workshop);
    std::this_thread::sleep_for(calm);
    if (last_mark(workshop) != last) {
        throw std::runtime_error("gated messages were handled 20 ms after the switch was engaged");
    }
    must_write(page, false);
    return static_cast<double>(std::max<std::int64_t>(last - engaged, 0)) / nanoseconds;
}

std::vector<double> engagements(DroverdState state, int trials) {
    Workshop workshop;
    const auto file = workshop.write("agents.yaml", gated_fleet(workshop));
    workshop.drover({"up", "-d", "-f", file.string()});
    const FleetStatus status = workshop.status();
    // A stopped guard starts no other supervisor and keeps the agents' descriptors open.
    ::kill(status.guard, SIGSTOP);
    ::kill(status.supervisor, state == DroverdState::killed ? SIGKILL : SIGSTOP);
    auto page = KillSwitchPage::open(workshop.state_directory() / "kill_switch", false);
    if (!page) {
        throw std::runtime_error(page.error().message);
    }
    std::vector<double> took;
    for (int trial = 0; trial < trials; ++trial) {
        took.push_back(one_engagement(workshop, page.value()));
    }
    return took;
}

/// Threads as many as processes of the fleet that work, each piece as long as a callback.
std::vector<double> bare_words(int trials) {
    constexpr std::size_t threads = busy_receivers + 2;
    constexpr std::int64_t piece = work_microseconds * 1000;
    std::atomic<bool> is_engaged{false};
    std::atomic<bool> is_over{false};
    std::array<std::atomic<std::int64_t>, threads> marks{};
    std::vector<std::thread> workers;
    for (std::atomic<std::int64_t>& mark : marks) {
        workers.emplace_back([&] {
            while (!is_over.load()) {
                if (is_engaged.load()) {
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                    continue;
                }
                const std::int64_t began = bench_now();
                while (bench_now() - began < piece) {
                }
                mark.store(bench_now());
                std::this_thread::sleep_for(std::chrono::microseconds(1));
            }
        });
    }
    std::vector<double> took;
    for (int trial = 0; trial < trials; ++trial) {
        std::this_thread::sleep_for(calm);
        const std::int64_t engaged = bench_now();
        is_engaged.store(true);
        std::this_thread::sleep_for(calm);
        std::int64_t last = 0;
        for (const std::atomic<std::int64_t>& mark : marks) {
            last = std::max(last, mark.load());
        }
        took.push_back(static_cast<double>(std::max<std::int64_t>(last - engaged, 0)) / 1000);
        is_engaged.store(false);
    }
    is_over.store(true);
    for (std::thread& worker : workers) {
        worker.join();
    }
    return took;
}

void append(std::vector<double>& all, const std::vector<double>& more) {
    all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

std::vector<Figure> measure_kill_switch(const Settings& settings) {
    constexpr double p99 = 0.99;
    const int trials = settings.quick ? 4 : trials_of_a_run;
    Figure half{"kill_switch.p50",
                "kill switch to the last gated message handled, droverd stopped or killed: p50",
                "µs",
                {},
                "a mapped word, bare threads",
                {},
                {{Target::Of::value, Target::Bound::at_most, 50}},
                "one receiver hung, three busy for 10 µs a message; to the end of the callback, 0 "
                "where none ended after the switch"};
    Figure tail{"kill_switch.p99",
                "the same: p99 of all engagements",
                "µs",
                {},
                half.floor_name,
                {},
                {{Target::Of::value, Target::Bound::at_most, 5000}},
                ""};
    std::vector<double> all;
    std::vector<double> all_beside;
    for (int run = 0; run < settings.runs; ++run) {
        const auto beside = bare_words(trials);
        auto ours = engagements(DroverdState::stopped, trials / 2);
        append(ours, engagements(DroverdState::killed, trials / 2));
        half.runs.push_back(median(ours));
        half.floor_runs.push_back(median(beside));
        append(all, ours);
        append(all_beside, beside);
    }
    tail.runs = {percentile(all, p99)};
    tail.floor_runs = {percentile(all_beside, p99)};
    tail.note = "of " + std::to_string(all.size()) + " engagements";
    return {half, tail};
}

}  // namespace drover::bench
