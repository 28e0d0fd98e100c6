// drover: the command that starts, watches and stops a fleet of agents.
#include "base/standard_descriptors.hpp"
#include "command/command_line.hpp"
#include "command/output_end.hpp"

int main(int count, char** arguments) {
    drover::occupy_standard_descriptors();
    return drover::finish_output(drover::run_command_line(count, arguments));
}
