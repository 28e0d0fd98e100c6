// drover: the command that starts, watches and stops a fleet of agents.
#include "base/logging.hpp"
#include "base/oversized_writes.hpp"
#include "base/standard_descriptors.hpp"
#include "command/command_line.hpp"
#include "command/output_end.hpp"

int main(int count, char** arguments) {
    drover::occupy_standard_descriptors();
    drover::fail_oversized_writes();
    drover::open_log_for_people();
    return drover::finish_output(drover::run_command_line(count, arguments));
}
