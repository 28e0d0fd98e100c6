// drover-agent: runs one plugin's agent for droverd; describes, simulates and taps for drover.
#include <cstdio>
#include <string_view>

#include "base/freed_memory.hpp"
#include "base/oversized_writes.hpp"
#include "plugin/describe_output.hpp"
#include "runner/live_agent.hpp"
#include "runner/rehearsal.hpp"
#include "runner/tap_child.hpp"
#include "runner/zygote.hpp"
#include "simulation/recorded_replay.hpp"
#include "simulation/simulation_request.hpp"

namespace {

constexpr int usage_error = 2;

void print_usage(std::FILE* output) {
    std::fputs(
        "drover-agent is started by droverd and drover; a person has one use for it:\n"
        "  drover-agent --describe FILE   load a plugin and print its description as JSON\n"
        "Started by others, with descriptors 3 and 4 set up (docs/control_channel.md):\n"
        "  drover-agent --live NAME       run the agent that the supervisor configures\n"
        "  drover-agent --rehearse NAME   start the agent's next plugin beside it, linked to "
        "nothing\n"
        "  drover-agent --zygote FILE     load a plugin and wait to be copied into agents\n"
        "  drover-agent --simulate        run a simulation\n"
        "  drover-agent --replay          replay what was recorded\n"
        "  drover-agent --tap             print tapped messages\n"
        "  drover-agent --version\n",
        output);
}

/// What a plugin prints leaves with each line. The C library would keep 4 KiB of it for a pipe, and
/// a crash would lose the lines that tell most.
void print_by_line() {
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
}

}  // namespace

int main(int count, char** arguments) {
    drover::fail_oversized_writes();
    const std::string_view verb = count > 1 ? arguments[1] : "";
    if (verb == "--describe" && count == 3) {
        return drover::describe_to_output(arguments[2]);
    }
    if (verb == "--live") {
        drover::keep_freed_memory();
        print_by_line();
        return drover::run_live_agent();
    }
    if (verb == "--rehearse") {
        print_by_line();
        return drover::run_rehearsing_agent();
    }
    if (verb == "--zygote" && count == 3) {
        drover::keep_freed_memory();
        print_by_line();
        return drover::run_zygote(arguments[2], arguments, count);
    }
    if (verb == "--simulate") {
        return drover::run_simulation_child();
    }
    if (verb == "--replay") {
        return drover::run_replay_child();
    }
    if (verb == "--tap") {
        return drover::run_tap_child();
    }
    if (verb == "--version") {
        std::puts("drover-agent 0.1.0");
        return 0;
    }
    const bool asked = verb == "--help" || verb == "-h";
    print_usage(asked ? stdout : stderr);
    return asked ? 0 : usage_error;
}
