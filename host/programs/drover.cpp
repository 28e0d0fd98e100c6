// drover: the command that starts, watches and stops a fleet of agents.
#include "command/command_line.hpp"

int main(int count, char** arguments) {
    return drover::run_command_line(count, arguments);
}
